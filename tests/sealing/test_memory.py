"""A large day is sealed, checked and opened in the memory of a small one."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = """
import os, resource, sys
from pathlib import Path
from tests.sealing.days import facts
from kiosk.sealing.batchfile import read_outer, seal_batch
from kiosk.sealing.keys import AgeIdentity, new_signing_key
from kiosk.sealing.opening import inspect_batch

portraits = int(sys.argv[2])
picture = os.urandom(1 << 20)
city = AgeIdentity.new()
sealed = seal_batch(
    Path(sys.argv[1]) / "b.zip",
    ((f"portraits/A{n:04d}.jpg", picture) for n in range(portraits)),
    facts(counts={"portraits": portraits}),
    signing_key=new_signing_key(),
    recipients=[city.recipient],
)
opened = inspect_batch(sealed.path, read_outer(sealed.path), city)
assert opened.counts["portraits"] == portraits
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="peak memory is read from the resource module")
def test_memory_does_not_grow_with_the_day(tmp_path: Path, checkout: Path) -> None:
    peaks = []
    for portraits in (2, 200):
        done = subprocess.run(
            [sys.executable, "-c", SCRIPT, tmp_path, str(portraits)],
            cwd=checkout,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        # Linux counts KiB, macOS bytes: the ratio is what matters.
        peaks.append(int(done.stdout))
    assert peaks[1] <= peaks[0] * 1.15
