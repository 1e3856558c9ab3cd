"""Names of files that are no Unicode, as old archives and other systems leave them on Linux.

Python keeps their bytes as surrogates, which no label can show; Qt puts U+FFFD in their place, and so does what it
hands over.  Here the one is made of the other.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from urllib.parse import unquote_to_bytes

from PySide6.QtCore import QUrl

UNKNOWN = "\ufffd"
"""Stands for what is no letter."""
_NOT_SHOWN = re.compile("[\0\ud800-\udfff]")
_RUN = re.compile(f"{UNKNOWN}+")


def readable(name: str) -> str:
    """As it can be shown and kept."""
    return _NOT_SHOWN.sub(UNKNOWN, name)


def path_of_url(url: QUrl) -> Path:
    """The file of a local address, by its bytes where they are no Unicode."""
    name = url.toLocalFile()
    if UNKNOWN in name and os.name == "posix":
        name = os.fsdecode(unquote_to_bytes(url.path(QUrl.ComponentFormattingOption.FullyEncoded)))
    return Path(name)


def path_of_answer(name: str) -> Path:
    """The file that a dialog's answer means: where it has U+FFFD, the only one that is shown so."""
    path = Path(name)
    if UNKNOWN not in name or os.path.exists(name):
        return path
    found = Path(path.anchor)
    for part in path.relative_to(found).parts:
        found = _only(found, part) if UNKNOWN in part else found / part
    return found


def _only(folder: Path, shown: str) -> Path:
    try:
        alike = [name for name in os.listdir(folder) if _outline(name) == _outline(shown)]
    except (OSError, ValueError):
        alike = []
    return folder / (alike[0] if len(alike) == 1 else shown)


def _outline(name: str) -> str:
    """Several bytes may be shown as one U+FFFD."""
    return _RUN.sub(UNKNOWN, readable(name))
