"""Pulls the plug: kills a process again and again while it writes what gdsim writes, and looks at what is left.

    python -m tests.kill --seconds 600 --seed 3

After each kill every file has to be whole, old or new; what was said to be written has to be there; and the next start
has to find the crash, to say what was interrupted, and to leave no litter.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import random
import signal
import sys
import tempfile
import time
import traceback
from collections import Counter
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QColor, QImage, QPainter

from gdsim.app.last_time import recovery_note
from gdsim.app.pictures import Picture, Table
from gdsim.app.run_record import RunRecord
from gdsim.app.settings import Settings
from gdsim.app.settings_file import previous_of, read_values
from gdsim.core.practice import TOPICS, Score

ROWS = 3000
LONGEST = 0.15  # seconds that a writer is left to itself
OWN = ("settings.json", "settings-previous.json", "table.csv", "curve.png")


def write_for_ever(folder: Path, first: int, tell: int) -> None:
    """Writes numbered versions of everything, and tells the number of each that is there."""
    record = RunRecord(folder / "record")
    record.begin()
    record.started()
    settings = Settings(folder / "settings.json")
    os.write(tell, b"%d\n" % (first - 1))
    for number in range(first, sys.maxsize):
        score = Score()
        for _ in range(number % 40 + 1):
            score = score.recorded(next(iter(TOPICS)), True)
        settings.set("tab", "descend")
        settings.set("numbers", [number] * ROWS)
        settings.set("practice", {"score": score.to_json()})
        settings.save()
        os.write(tell, b"%d\n" % number)
        with record.writing(folder / "table.csv"):
            Table("table", "the table", ("n",), [(number,)] * ROWS).save(folder / "table.csv")
        with record.writing(folder / "curve.png"):
            Picture("curve", "the curve", QSize(120, 90), "#FFFFFF", paint).save(folder / "curve.png")


def paint(painter: QPainter, rect: QRectF) -> None:
    for column in range(0, 120, 3):
        painter.fillRect(QRectF(column, column % 90, 2, 30), QColor.fromHsv(column * 3, 255, 200))


def start(folder: Path, first: int) -> tuple[int, int]:
    """A writer in a process of its own: its number, and the end of a pipe on which it tells."""
    listen, tell = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(listen)
        try:
            write_for_ever(folder, first, tell)
        except BaseException:
            traceback.print_exc()
            raise
        finally:
            os._exit(1)  # only an exception comes here
    os.close(tell)
    return child, listen


def kill_once(folder: Path, first: int, rng: random.Random) -> int:
    """Start a writer, kill it some time later; the number of the settings that it had told."""
    child, listen = start(folder, first)
    told = os.read(listen, 100)
    time.sleep(rng.uniform(0.0, LONGEST))
    os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status), "the writer ended by itself, with an exception"
    while piece := os.read(listen, 65536):
        told += piece
    os.close(listen)
    return int(told.split()[-1])


def check(folder: Path, told: int) -> tuple[int, str]:
    """Look at what is left, as the next start does; the number in the settings, and what was interrupted."""
    settings = Settings(folder / "settings.json")
    assert settings.problem == "", settings.problem
    numbers = settings._values.get("numbers", [0])
    assert len(set(numbers)) == 1, "half of one version and half of another"
    number = numbers[0]
    assert read_values(previous_of(folder / "settings.json")).get("numbers", [0])[0] <= number
    assert number >= told, f"version {told} was written, and {number} is there"
    if number:
        assert len(numbers) == ROWS
        score = Score.from_json(settings.mapping("practice")["score"])
        assert score.attempts == number % 40 + 1
    with contextlib.suppress(FileNotFoundError):
        lines = (folder / "table.csv").read_text().splitlines()
        assert len(lines) == ROWS + 1, f"a table of {len(lines)} lines"
        assert len(set(lines[1:])) == 1
    if (folder / "curve.png").exists():
        assert QImage(str(folder / "curve.png")).size() == QSize(240, 180), "half a picture"
    record = RunRecord(folder / "record")
    record.begin()
    (crash,) = record.crashes
    note = recovery_note(record.crashes, settings, {"descend": "Descend"})
    assert ("It was saving" in note) == bool(crash.cleaned)
    assert ("practice answer" in note) == bool(number), note
    record.end()
    left = {file.name for file in folder.iterdir() if file.stat().st_size or file.suffix != ".lock"} - {"record", *OWN}
    assert not left, f"litter: {left}"
    left = {file.name for file in (folder / "record").iterdir()}
    assert not left, f"litter: {left}"
    return number, crash.cleaned[0].name if crash.cleaned else "settings or nothing"


def hammer(seconds: float, seed: int) -> Counter[str]:
    """Kill for so long; how often what was interrupted."""
    rng = random.Random(seed)
    found: Counter[str] = Counter()
    end = time.monotonic() + seconds
    with tempfile.TemporaryDirectory() as name:
        folder, number = Path(name), 0
        while time.monotonic() < end:
            told = kill_once(folder, number + 1, rng)
            number, what = check(folder, told)
            found[what] += 1
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    found = hammer(options.seconds, options.seed)
    lines = [f"{found.total()} kills, every file whole"]
    lines += [f"{count:6} while writing {what}" for what, count in found.most_common()]
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
