from __future__ import annotations

import itertools
import json
import os
import time
from datetime import datetime

import pytest

from gdsim.app.files import FileProblem, save_bytes
from gdsim.app.settings import FORMAT, Settings, settings_path
from gdsim.app.settings_file import LARGEST, in_words


@pytest.fixture
def path(tmp_path):
    return tmp_path / "gdsim" / "settings.json"


def test_what_is_set_is_there_at_the_next_start(path):
    first = Settings(path)
    first.set("theme", "dark")
    first.set("large_type", True)
    first.set_tab_state("descend", {"formula": "x^2", "start": -1.5})
    first.set_tab_state("train", {"seed": 3})
    first.save()
    second = Settings(path)
    assert second.text("theme") == "dark"
    assert second.flag("large_type")
    assert second.tab_state("descend") == {"formula": "x^2", "start": -1.5}
    assert second.tab_state("train") == {"seed": 3}
    assert second.problem == ""


@pytest.mark.parametrize("content", [b"{", b"[1, 2]", b"\xff\xfe\x00", b"", b"[" * 100_000], ids=lambda c: repr(c[:6]))
def test_a_broken_file_is_set_aside_and_said(path, content):
    path.parent.mkdir()
    path.write_bytes(content)
    settings = Settings(path)
    assert settings.text("theme", "system") == "system"
    assert "gdsim starts with its defaults" in settings.problem
    assert settings.problem.endswith("settings-unreadable.json.")
    assert path.with_name("settings-unreadable.json").read_bytes() == content
    settings.save()
    assert Settings(path).problem == ""


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "it is empty, as a power cut may leave it"),
        (bytes(1030), "it is empty, as a power cut may leave it"),
        (b'{"theme": "dark",\n "tabs"', "it is damaged in line 2"),
        (b"\xff\xfe{\x00}\x00", "it is damaged"),
        (b'{"a":' + b"9" * 5000 + b"}", "it is damaged"),
        (b'{"tabs":' + b"[" * 700 + b"]" * 700 + b"}", "it is damaged"),
    ],
    ids=["empty", "zeros", "cut", "UTF-16", "huge number", "deep"],
)
def test_what_is_wrong_is_said_in_words_and_the_file_before_it_is_taken(path, content, words):
    first = Settings(path)
    first.set("practice", {"score": 7})
    first.save()
    first.set("theme", "dark")
    first.save()
    path.write_bytes(content)
    again = Settings(path)
    assert again.mapping("practice") == {"score": 7}
    assert f"The settings could not be read ({words}), so gdsim goes on with those kept at " in again.problem
    assert again.kept_at == path.with_name("settings-previous.json").stat().st_mtime
    again.set("large_type", True)
    again.save()
    third = Settings(path)
    assert (third.mapping("practice"), third.flag("large_type"), third.problem) == ({"score": 7}, True, "")


def test_a_time_is_said_with_its_day_and_an_impossible_one_not_at_all(path):
    today, long_ago = datetime.now().replace(hour=12, minute=38), datetime(2001, 2, 3, 4, 5)
    assert in_words(today.timestamp()) == " at 12:38"
    assert in_words(long_ago.timestamp()) == " on 2001-02-03 at 04:05"
    assert in_words(None) == in_words(1e18) == in_words(-1e18) == ""


@pytest.mark.parametrize("ahead", [-1e6, 1e6])
def test_a_clock_that_jumps_costs_no_settings(path, monkeypatch, ahead):
    settings = Settings(path)
    for number in range(3):
        settings.set("number", number)
        settings.save()
        now = time.time()
        monkeypatch.setattr("gdsim.app.settings_file.time.time", lambda now=now: now + ahead)
    again = Settings(path)
    assert (again._values["number"], again.problem) == (2, "")
    path.write_bytes(b"")
    assert Settings(path)._values["number"] in (0, 1)


def test_the_file_before_is_a_minute_old_and_written_without_writing(path):
    settings = Settings(path)
    for number in range(4):
        settings.set("number", number)
        settings.save()
    previous = path.with_name("settings-previous.json")
    assert json.loads(previous.read_text())["number"] == 0
    os.utime(previous, (1e9, 1e9))
    inode = path.stat().st_ino
    settings.set("number", 4)
    settings.save()
    assert (json.loads(previous.read_text())["number"], previous.stat().st_ino) == (3, inode)
    assert sorted(file.name for file in path.parent.iterdir()) == ["settings-previous.json", "settings.json"]


def test_where_a_file_cannot_have_two_names_only_one_is_kept(path, monkeypatch):
    def refuse(*_):
        raise OSError("operation not permitted")

    monkeypatch.setattr(os, "link", refuse)
    settings = Settings(path)
    for number in range(2):
        settings.set("number", number)
        settings.save()
    assert [file.name for file in path.parent.iterdir()] == ["settings.json"]


def test_a_byte_order_mark_is_no_damage(path):
    path.parent.mkdir()
    path.write_bytes(b'\xef\xbb\xbf{"theme": "dark"}')
    assert Settings(path).text("theme") == "dark"


def test_a_file_far_too_large_is_not_read(path):
    path.parent.mkdir()
    with path.open("wb") as file:
        file.truncate(LARGEST + 1)
    assert "(it is larger than 50 MB), so gdsim starts with its defaults" in Settings(path).problem


def test_a_folder_whose_name_is_no_unicode_is_remembered(path):
    settings = Settings(path)
    settings.set("folder", os.fsdecode(b"/home/\xff"))
    settings.save()
    assert os.fsencode(Settings(path).text("folder")) == b"/home/\xff"


def test_of_thousands_of_leavings_each_start_takes_some_away(path):
    path.parent.mkdir()
    for letter in itertools.islice(itertools.product("ABCDEFGH", repeat=6), 250):
        (path.parent / f"settings.json.{''.join(letter)}").touch()
    Settings(path)
    assert len(list(path.parent.iterdir())) == 50
    Settings(path)
    assert not list(path.parent.iterdir())


def test_a_second_broken_file_does_not_take_the_place_of_the_first(path):
    path.parent.mkdir()
    for content in ("first", "second"):
        path.write_text(content)
        Settings(path)
    assert path.with_name("settings-unreadable.json").read_text() == "first"
    assert path.with_name("settings-unreadable2.json").read_text() == "second"


def test_a_file_of_a_newer_gdsim_is_put_aside_whole_and_said(path):
    path.parent.mkdir()
    path.write_text(json.dumps({"format": FORMAT + 1, "theme": {"name": "solarized"}}))
    settings = Settings(path)
    assert "written by a newer gdsim" in settings.problem
    assert settings.mapping("theme") == {}
    assert json.loads(path.with_name("settings-newer.json").read_text())["theme"] == {"name": "solarized"}
    settings.save()
    assert json.loads(path.read_text()) == {"format": FORMAT}


def test_two_runs_at_once_keep_what_each_has_set(path):
    first, second = Settings(path), Settings(path)
    first.set("theme", "dark")
    first.set_tab_state("slope", {"formula": "x^2"})
    second.set("large_type", True)
    second.set_tab_state("descend", {"formula": "x^3"})
    first.save()
    second.save()
    first.set("tab", "slope")
    first.save()
    third = Settings(path)
    assert third.text("theme") == "dark"
    assert third.flag("large_type")
    assert third.text("tab") == "slope"
    assert third.tab_state("slope") == {"formula": "x^2"}
    assert third.tab_state("descend") == {"formula": "x^3"}
    assert {file.name for file in path.parent.iterdir()} == {"settings.json", "settings-previous.json"}


def test_nothing_new_is_not_written(path):
    settings = Settings(path)
    settings.set("theme", "dark")
    settings.save()
    before = path.stat().st_mtime_ns, path.stat().st_ino
    settings.set("theme", "dark")
    settings.save()
    assert (path.stat().st_mtime_ns, path.stat().st_ino) == before
    path.unlink()
    settings.save()
    assert path.exists()


def test_leavings_of_an_interrupted_write_are_taken_away(path):
    path.parent.mkdir()
    (path.parent / "settings.json.AbCdEf").write_text('{"theme": "da')
    path.write_text('{"theme": "dark"}')
    assert Settings(path).text("theme") == "dark"
    assert [file.name for file in path.parent.iterdir()] == ["settings.json"]


def test_what_the_tabs_showed_can_be_put_aside(path):
    settings = Settings(path)
    settings.set("theme", "dark")
    settings.set("tab", "descend")
    settings.set_tab_state("descend", {"poison": 1})
    settings.save()
    sentence = settings.put_tabs_aside()
    assert "settings-before.json" in sentence
    again = Settings(path)
    assert (again.text("theme"), again.text("tab"), again.tab_state("descend")) == ("dark", "", {})
    assert Settings(path.with_name("settings-before.json")).tab_state("descend") == {"poison": 1}


def test_values_of_the_wrong_kind_are_left_out(path):
    path.parent.mkdir()
    path.write_text(json.dumps({"theme": 3, "large_type": "yes", "tabs": {"descend": [1]}}))
    settings = Settings(path)
    assert settings.text("theme", "system") == "system"
    assert not settings.flag("large_type")
    assert settings.tab_state("descend") == {}
    assert settings.tab_state("slope") == {}


def test_a_value_that_is_no_json_is_said(path):
    settings = Settings(path)
    settings.set("what", object())
    with pytest.raises(FileProblem, match="settings could not be saved"):
        settings.save()
    assert not path.exists()


def test_a_folder_that_cannot_be_made_is_said(tmp_path):
    (tmp_path / "gdsim").write_text("a file where the folder should be")
    with pytest.raises(FileProblem, match=r"could not be saved in .*gdsim: something else is where this folder should"):
        Settings(tmp_path / "gdsim" / "settings.json").save()


def test_without_a_path_nothing_is_written(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    settings = Settings()
    settings.set("theme", "dark")
    settings.save()
    assert settings.text("theme") == "dark"
    assert list(tmp_path.iterdir()) == []


def test_tests_use_another_folder_than_the_user(qapp):
    assert "qttest" in str(settings_path())


def test_a_file_is_replaced_whole(tmp_path):
    target = tmp_path / "a.txt"
    target.write_bytes(b"old")
    save_bytes(target, b"new")
    assert target.read_bytes() == b"new"
    assert [file.name for file in tmp_path.iterdir()] == ["a.txt"]


def test_a_file_that_cannot_be_written_is_said_with_its_name(tmp_path):
    with pytest.raises(FileProblem, match=r"a\.txt could not be saved in .*nowhere"):
        save_bytes(tmp_path / "nowhere" / "a.txt", b"new")
