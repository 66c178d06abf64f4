"""Every form drawn once with its sample, against the engine's own one-shot call on the same files."""

from __future__ import annotations

import time

import typst

from bench.measure import Measured, side_by_side
from kiosk.paper import catalogue, compose, fonts
from kiosk.paths import resources

TURNS = 3
BAR = 1.0


def measure() -> list[Measured]:
    """All forms on A4 as PDF; the same bytes of template, values and fonts on both sides."""
    papers = [paper for paper in catalogue.PAPERS if paper.kind == "a4"]
    filled = [(one.name, compose.sample(one.name), compose.sample_files(one.name)) for one in papers]
    folder = resources() / "paper"
    folders = [str(file.parent) for file in fonts.files()]

    def ours() -> float:
        began = time.perf_counter()
        for name, values, files in filled:
            compose.to_pdf(name, values, files)
        return (time.perf_counter() - began) * 1000

    def theirs() -> float:
        began = time.perf_counter()
        for name, values, files in filled:
            inputs = compose._inputs(values, files, compose.NARROW_DOTS, "0.1")
            typst.compile(
                str(folder / f"{name}.typ"),
                root=str(folder),
                font_paths=folders,
                ignore_system_fonts=True,
                sys_inputs=inputs,
                pdf_standards="a-2u",
            )
        return (time.perf_counter() - began) * 1000

    what = f"all {len(papers)} forms on A4 with their samples, PDF"
    return [Measured(what, "typst.compile, form by form", *side_by_side(ours, theirs, turns=TURNS), BAR)]
