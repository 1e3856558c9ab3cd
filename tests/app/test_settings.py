from __future__ import annotations

import json

import pytest

from gdsim.app.files import FileProblem, save_bytes
from gdsim.app.settings import Settings, settings_path


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
    assert settings.problem.endswith("settings-unreadable.json.")
    assert path.with_name("settings-unreadable.json").read_bytes() == content
    settings.save()
    assert Settings(path).problem == ""


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
    with pytest.raises(FileProblem, match="settings could not be saved"):
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
