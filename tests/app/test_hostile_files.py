"""Files and folders that are not what they should be, as Linux and macOS know them."""

from __future__ import annotations

import errno
import os
import resource

import pytest

from gdsim.app.files import FileProblem, save_bytes
from gdsim.app.settings import Settings


@pytest.mark.parametrize("kind", ["folder", "pipe", "device"])
def test_what_is_no_file_is_not_replaced_by_one(tmp_path, kind):
    target = tmp_path / "a.txt"
    if kind == "folder":
        target.mkdir()
    elif kind == "pipe":
        os.mkfifo(target)
    else:
        target.symlink_to("/dev/full")
    mode = target.stat().st_mode
    with pytest.raises(FileProblem, match=r"a\.txt could not be saved in .*: there is a folder or a device"):
        save_bytes(target, b"new")
    assert target.stat().st_mode == mode


@pytest.mark.parametrize("name", ["a\0b.csv", "a\udcffb.csv"])
def test_a_name_that_cannot_be_written_is_not_cut_short(tmp_path, name):
    with pytest.raises(FileProblem) as problem:
        save_bytes(tmp_path / name, b"new")
    why = "its name holds a character that cannot be written"
    assert str(problem.value) == f"a\ufffdb.csv could not be saved in {tmp_path}: {why}."
    assert list(tmp_path.iterdir()) == []


def test_a_link_stays_a_link_and_its_file_is_replaced(tmp_path):
    (tmp_path / "real").mkdir()
    file, link = tmp_path / "real" / "a.txt", tmp_path / "link.txt"
    file.write_text("old")
    file.chmod(0o640)
    link.symlink_to(file)
    save_bytes(link, b"new")
    assert link.is_symlink()
    assert file.read_text() == "new"
    assert file.stat().st_mode & 0o777 == 0o640


@pytest.mark.parametrize("size", [100_000, 9_000])
def test_a_full_disk_is_said_with_the_reason_and_leaves_the_old_file(tmp_path, size):
    """A limit on the size of files stands for the disk: the write fails half-way in the same manner."""
    target = tmp_path / "a.txt"
    target.write_bytes(b"old")
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size // 2, limits[1]))
    try:
        with pytest.raises(FileProblem) as problem:
            save_bytes(target, b"x" * size)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert str(problem.value) == f"a.txt could not be saved in {tmp_path}: {os.strerror(errno.EFBIG)}."
    assert target.read_bytes() == b"old"
    assert [file.name for file in tmp_path.iterdir()] == ["a.txt"]


@pytest.mark.parametrize("kind", ["pipe", "device", "folder"])
def test_settings_that_are_no_file_are_not_waited_for(tmp_path, kind):
    path = tmp_path / "settings.json"
    if kind == "pipe":
        os.mkfifo(path)
    elif kind == "device":
        path.symlink_to("/dev/zero")
    else:
        path.mkdir()
    settings = Settings(path)
    assert "could not be read (there is a folder or a device of this name), so gdsim starts with" in settings.problem
    settings.set("theme", "dark")
    settings.save()
    assert Settings(path).text("theme") == "dark"
