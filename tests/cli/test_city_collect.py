"""kiosk-city collect at the command line: a real day's own figures, one JSON object, no heavy start."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from pathlib import Path

from kiosk.cli.city import app
from kiosk.domain.visit import Outcome, Reason, Service
from tests.cli.terminal import Terminal
from tests.house import Counterday


def test_the_months_totals_are_the_kiosks_own(kiosk: Counterday, terminal: Terminal, tmp_path: Path) -> None:
    kiosk.open(with_list=False)
    kiosk.issue(kiosk.at_window().ticket)
    kiosk.issue(kiosk.at_window().ticket)
    kiosk.counter.side_exit(kiosk.at_window(Service.APPLICATION).ticket, Reason.R10)
    talk = kiosk.at_window(Service.CONSULTATION).ticket
    kiosk.counter.talked(talk, "lost")
    kiosk.counter.finish(talk, Outcome.CONSULTED)
    kiosk.counter.side_exit(kiosk.waiting().ticket, Reason.R01)
    batch = kiosk.house.stick / kiosk.export()
    day = kiosk.desk.session_day
    with kiosk.desk.office.reading() as view:
        own = view.figures.of_session(day)
    words = ("collect", batch, "--into", tmp_path / "c.db", "--data", kiosk.house.city.folder)
    for turn in ("added", "already"):
        code, told = terminal.json(*words, app=app)
        assert (code, told[turn], told["refused"], told["conflicts"]) == (0, 1, [], [])
        (month,) = told["months"]
        assert (month["month"], month["sessions"], month["visits"]) == (f"{day:%Y-%m}", 1, len(own))
        assert month["outcomes"] == Counter(line.outcome or "none" for line in own)
        assert month["reasons"] == Counter(line.reason for line in own if line.reason)
        assert (month["reserved"], month["photos"]) == (0, sum(line.photos for line in own))
        letters = Counter(
            Service[name].value for name in month["services"] for _ in range(month["services"][name])
        )
        assert letters == Counter(line.service for line in own)
        assert month["papers"] == kiosk.closing.papers()
    code, said, _ = terminal.plain(*words, "--with-personal", app=app)
    assert code == 0
    assert f"{day:%Y-%m}　開催 1 回、納品データ 1 件、受付 {len(own)} 件" in said
    assert "個人情報が入っています" in said


def test_a_refused_file_and_a_wrong_place_end_with_their_codes(
    kiosk: Counterday, terminal: Terminal, tmp_path: Path
) -> None:
    city = kiosk.house.city.folder
    rubbish = tmp_path / "b.zip"
    rubbish.write_bytes(b"rubbish")
    words = ("collect", rubbish, "--data", city, "--into")
    code, told = terminal.json(*words, tmp_path / "c.db", app=app)
    assert (code, told["ok"], told["refused"][0]["problem"]) == (1, False, "batch_not_recognised")
    assert terminal.json(*words, "oracle://x", app=app)[1]["problem"] == "collect_url"
    code, told = terminal.json(*words, tmp_path / "none" / "c.db", app=app)
    assert (code, told["problem"]) == (3, "collect_connect")
    assert terminal.json("collect", rubbish, "--data", city, app=app)[0] == 2


def test_only_collecting_loads_the_database_library() -> None:
    script = (
        "import sys\n"
        "from kiosk.cli.city import app\n"
        "from kiosk.cli.line import run\n"
        "run(app, ['--help'])\n"
        "print(sorted({'sqlalchemy', 'psycopg', 'PySide6', 'typst', 'pyrage'} & set(sys.modules)))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, encoding="utf-8", check=False
    )
    assert done.stdout.splitlines()[-1] == "[]", done.stderr
