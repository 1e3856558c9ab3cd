from __future__ import annotations

import json
import os
import subprocess
import sys
import time

import pytest

from gdsim.app.run_record import MOST_RUNS, Crash, RunRecord, leavings

# Leaves a mark as a run does, and ends without taking it away.
_DIES = """
import os, sys
from pathlib import Path
from gdsim.app.run_record import RunRecord
record = RunRecord(Path(sys.argv[1]))
record.begin()
{more}
os._exit(9)
"""


def die(folder, more=""):
    """A run of its own that ends without a word."""
    subprocess.run([sys.executable, "-c", _DIES.format(more=more), str(folder)], timeout=60, capture_output=True)


@pytest.fixture
def begin(tmp_path):
    records = []

    def begin():
        record = RunRecord(tmp_path)
        record.begin()
        records.append(record)
        return record

    yield begin
    for record in records:
        record.end()


def test_a_proper_end_leaves_nothing(begin, tmp_path):
    record = begin()
    record.started()
    record.watch_faults()
    assert record.crashes == ()
    assert record.log_path == tmp_path / "gdsim.log"
    record.end()
    record.end()
    assert list(tmp_path.iterdir()) == []


def test_several_runs_have_numbers_and_logs_and_take_nobody_for_dead(begin):
    first, second = begin(), begin()
    assert (first.number, second.number) == (1, 2)
    assert second.crashes == ()
    assert second.log_path.name == "gdsim-2.log"
    first.end()
    third = begin()
    assert (third.number, third.crashes) == (1, ())


def test_a_run_that_died_is_found_once(begin, tmp_path):
    die(tmp_path, "record.started()")
    record = begin()
    assert record.crashes == (Crash(),)
    assert record.failed_starts == 0
    record.end()
    assert begin().crashes == ()


def test_a_run_that_died_beside_one_that_lives_is_found(begin, tmp_path):
    living = begin()
    die(tmp_path, "record.started()")
    later = begin()
    assert (later.number, len(later.crashes)) == (2, 1)
    assert living.number == 1


def test_starts_that_fail_are_counted_until_one_succeeds(begin, tmp_path):
    die(tmp_path)
    die(tmp_path)
    record = begin()
    assert [crash.phase for crash in record.crashes] == ["starting"]
    assert record.failed_starts == 2
    record.started()
    assert record.failed_starts == 0


def test_a_logout_is_no_crash(begin, tmp_path):
    die(tmp_path, "record.leaving()")
    assert begin().crashes == ()


def test_a_fault_is_kept_for_the_log(begin, tmp_path):
    die(tmp_path, "record.watch_faults()\nimport faulthandler; faulthandler._sigsegv()")
    (crash,) = begin().crashes
    assert "Segmentation fault" in crash.faults
    assert "<string>" in crash.faults


def test_what_an_interrupted_save_left_is_taken_away_and_nothing_else(begin, tmp_path):
    folder = tmp_path / "pictures"
    folder.mkdir()
    more = f"record.started()\nsaving = record.writing(Path({str(folder / 'a.png')!r}))\nsaving.__enter__()"
    old = folder / "a.png.backup"
    old.write_text("the user's own, which only looks like it")
    os.utime(old, (1e9, 1e9))
    (folder / "a.png").write_text("the old picture")
    die(tmp_path, more)
    for name in ("a.png.AbCdEf", "b.png.AbCdEf", "a.png.AbCdE1", "a.png.txt"):
        (folder / name).write_text("half")
    (crash,) = begin().crashes
    assert crash.cleaned == (folder / "a.png",)
    left = sorted(file.name for file in folder.iterdir())
    assert left == ["a.png", "a.png.AbCdE1", "a.png.backup", "a.png.txt", "b.png.AbCdEf"]


def test_a_save_that_ends_is_forgotten(begin, tmp_path):
    record = begin()
    with record.writing(tmp_path / "a.csv"):
        assert "a.csv" in (tmp_path / "run-1.json").read_text()
    assert json.loads((tmp_path / "run-1.json").read_text())["writing"] == []


@pytest.mark.parametrize(
    "mark",
    [
        "", "{", "[]", "[" * 100_000, '{"phase": 3}', '{"phase": "running", "failed_starts": [], "writing": 3}',
        '{"phase": "running", "failed_starts": Infinity, "writing": []}',
        '{"phase": "running", "failed_starts": 0, "writing": ["lonely"]}',
        '{"phase": "\\ud800", "failed_starts": -7, "writing": []}',
        '{"phase": ["running"], "failed_starts": NaN, "writing": []}',
    ],
)  # fmt: skip
def test_a_broken_mark_is_a_crash_of_which_nothing_is_known(begin, tmp_path, mark):
    (tmp_path / "run-1.json").write_text(mark)
    assert begin().crashes == (Crash(),)


def test_a_mark_with_a_number_too_long_to_be_written_again_is_bounded(begin, tmp_path):
    number = "9" * 4300
    (tmp_path / "run-1.json").write_text(f'{{"phase": "starting", "failed_starts": {number}, "writing": []}}')
    record = begin()
    assert record.failed_starts == record.crashes[0].failed_starts == 1001
    assert json.loads((tmp_path / "run-1.json").read_text())["failed_starts"] == 1001


def test_where_nothing_can_be_written_there_is_no_mark_and_no_log(tmp_path):
    (tmp_path / "file").write_text("")
    record = RunRecord(tmp_path / "file" / "folder")
    record.begin()
    record.started()
    record.watch_faults()
    with record.writing(tmp_path / "a.png"):
        pass
    assert (record.number, record.log_path, record.crashes) == (0, None, ())
    record.end()


def test_so_many_at_once_that_no_number_is_left(begin):
    records = [begin() for _ in range(MOST_RUNS + 1)]
    assert [record.number for record in records] == [*range(1, MOST_RUNS + 1), 0]


@pytest.mark.parametrize("left", [b"", bytes(89), b"\xff" * 20], ids=["empty", "zeros", "noise"])
def test_a_lock_without_the_number_of_its_maker_is_no_lock(begin, tmp_path, left):
    """One died before it wrote it, or a power cut left zeros."""
    (tmp_path / "run-1.lock").write_bytes(left)
    (tmp_path / "run-1.json").write_bytes(bytes(55))
    os.utime(tmp_path / "run-1.lock", (1e9, 1e9))
    record = begin()
    assert (record.number, record.crashes) == (1, (Crash(),))


def test_leavings_of_a_folder_that_is_not_there(tmp_path):
    assert leavings(tmp_path / "nowhere" / "a.png", time.time()) == []
