"""Writing the user's files: whole or not at all, and a sentence when it fails."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QFileInfo, QIODevice, QSaveFile

from gdsim.app.file_names import readable


class FileProblem(Exception):
    """A file could not be written or read; the text is a sentence for the user."""


def save_bytes(path: str | Path, data: bytes) -> None:
    """Replace the file at `path` by `data` in one go: after a full disk or a crash the old file is still there.

    Raises FileProblem.
    """
    if readable(str(path)) != str(path):  # Qt would leave something out, and write another file
        raise _problem(path, "its name holds a character that cannot be written")
    there = QFileInfo(str(path))
    if there.exists() and not there.isFile():  # a rename would put a file in the place of a device or a pipe
        raise _problem(path, "there is a folder or a device of this name")
    file = QSaveFile(str(path))
    # Unbuffered, or a part of it would be written, and refused, only when nobody can ask why any more.
    mode = QIODevice.OpenModeFlag.WriteOnly | QIODevice.OpenModeFlag.Unbuffered
    written = file.open(mode) and _write(file, data)
    if not (written and file.commit()):
        raise _problem(path, file.errorString())


def save_text(path: str | Path, text: str) -> None:
    save_bytes(path, text.encode("utf-8"))


def _write(file: QIODevice, data: bytes) -> bool:
    """A disk that is nearly full takes a part, and only of the rest does it say why it does not."""
    written = 0
    while written < len(data):
        taken = file.write(data[written:])
        if taken <= 0:
            return False
        written += taken
    return True


def _problem(path: str | Path, reason: str) -> FileProblem:
    return FileProblem(readable(f"{Path(path).name} could not be saved in {Path(path).absolute().parent}: {reason}."))
