from __future__ import annotations

from datetime import datetime

import pytest

from gdsim.app.last_time import practice_answers, recovery_note
from gdsim.app.run_record import Crash
from gdsim.app.settings import Settings

TITLES = {"slope": "Slope", "descend": "Descend", "train": "Train"}


@pytest.fixture
def settings():
    settings = Settings()
    settings.set("tab", "descend")
    settings.set_tab_state("descend", {"formula": "x^2"})
    return settings


def test_without_a_crash_nothing_is_said(settings):
    assert recovery_note((), settings, TITLES) == ""


def test_it_says_what_is_back_and_where_the_details_are(settings):
    assert recovery_note([Crash()], settings, TITLES) == (
        "gdsim did not end properly last time. Your settings and the experiment in Descend are as last kept. "
        "Details: Help > Error log."
    )
    settings.set_tab_state("train", {"seed": 1})
    settings.set("practice", {"score": {"topics": {"power": [3, 2, 0, 1], "chain": [1, 1, 1, 1]}}})
    settings.kept_at = datetime(2020, 5, 17, 14, 32).timestamp()
    note = recovery_note([Crash(), Crash()], settings, TITLES)
    assert (
        "last time (2 windows). Your settings, the experiments in Descend and Train and the score of 4 practice" in note
    )
    assert "answers are as last kept on 2020-05-17 at 14:32." in note


def test_a_start_without_a_file_says_that_nothing_is_back():
    assert "Nothing had been kept." in recovery_note([Crash()], Settings(), TITLES)


def test_a_save_that_was_interrupted_is_named(settings, tmp_path):
    (tmp_path / "old.csv").write_text("x\n1\n")
    paths = (tmp_path / "old.csv", tmp_path / "new.png")
    note = recovery_note([Crash(cleaned=paths)], settings, TITLES)
    assert "It was saving old.csv: its old content is whole; please save it again." in note
    assert "It was saving new.png: it was not begun; please save it again." in note
    assert "it was not begun" in recovery_note([Crash(cleaned=(tmp_path / ("x" * 5000),))], settings, TITLES)


@pytest.mark.parametrize("kept", [3, {"score": []}, {"score": {"topics": {"a": [], "b": ["x"], "c": [2, 1]}}}])
def test_broken_scores_count_nothing(kept):
    settings = Settings()
    settings.set("practice", kept)
    assert practice_answers(settings) == (2 if isinstance(kept, dict) and isinstance(kept["score"], dict) else 0)


@pytest.mark.parametrize(
    "count",
    [pytest.param(10**4300 - 1, id="too long"), -5, float("nan"), float("inf"), 1e300, True, [3], {"a": 1}, "\ud800"],
)
def test_a_score_that_is_no_count_is_left_out_and_the_start_goes_on(settings, count):
    settings.set("practice", {"score": {"topics": {"a": [count, count], "\ud800": [count], "b": [3, 2, 0, 1]}}})
    assert "and the score of 3 practice answers are as" in recovery_note([Crash()], settings, TITLES)
