from __future__ import annotations

import itertools
import logging

import pytest

from gdsim.app import journal as module
from gdsim.app.journal import Journal


@pytest.fixture
def journal(tmp_path):
    journal = Journal(tmp_path / "gdsim.log")
    yield journal
    journal.close()


def test_lines_have_a_date_and_a_level(journal):
    journal.write("started")
    journal.write("it broke", level=logging.ERROR)
    lines = journal.newest().splitlines()
    assert [line.split(" ", 2)[2] for line in lines] == ["INFO started", "ERROR it broke"]
    assert all(len(line.split(" ")[0].split("-")) == 3 for line in lines)


def test_what_comes_again_is_counted_and_written_ever_more_rarely(journal):
    counts = [journal.write(f"frame {number}", key="same") for number in range(1, 2001)]
    assert counts == list(range(1, 2001))
    assert [line.split("INFO ")[1] for line in journal.newest().splitlines()] == [
        "frame 1", "frame 10 (the 10th time)", "frame 100 (the 100th time)", "frame 1000 (the 1,000th time)"
    ]  # fmt: skip


def test_it_never_grows_large(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "LARGEST", 2000)
    journal = Journal(tmp_path / "gdsim.log")
    for number in range(200):
        journal.write(f"line {number} " + "x" * 50)
    journal.close()
    assert sorted(file.name for file in tmp_path.iterdir()) == ["gdsim.log", "gdsim.log.1", "gdsim.log.2"]
    assert all(file.stat().st_size <= 2000 for file in tmp_path.iterdir())
    assert "line 199" in journal.newest()
    newest = journal.newest(300)
    assert len(newest) <= 300
    assert newest.endswith("x\n")
    assert newest[:2] == "20"  # from the beginning of a line


@pytest.mark.parametrize("where", ["no such folder/gdsim.log", "."])
def test_a_log_that_cannot_be_written_disturbs_nobody(tmp_path, capsys, where):
    journal = Journal(tmp_path / where)
    assert [journal.write("text") for _ in range(3)] == [1, 2, 3]
    assert journal.newest() == ""
    journal.close()
    assert capsys.readouterr() == ("", "")


def test_without_a_path_nothing_is_kept_but_the_count(capsys):
    journal = Journal()
    assert [journal.write("text"), journal.write("text"), journal.write("other")] == [1, 2, 1]
    assert journal.newest() == ""


def test_the_counts_themselves_stay_few(journal):
    for number in itertools.islice(itertools.count(), 3000):
        journal.write("x", key=number)
    assert len(journal._counts) <= 1000


def test_characters_that_no_file_takes_are_spelled_out(journal):
    journal.write("half a pair \ud800 and a bell \a")
    assert "\\ud800" in journal.newest()
