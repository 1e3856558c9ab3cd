"""Finds the files that ship with gdsim.

In a checkout they are in `resources/` beside the package; in an installed wheel they are in `gdsim/resources/`.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent.parent


@cache
def resources_folder() -> Path:
    """The folder itself.  Raises FileNotFoundError with a sentence when the installation is incomplete."""
    candidates = (_PACKAGE / "resources", _PACKAGE.parent / "resources")
    for folder in candidates:
        if (folder / "icons").is_dir():
            return folder
    raise FileNotFoundError(
        f"gdsim's icons and pages are missing; they should be in {candidates[0]}. Please install gdsim again."
    )


def resource(*parts: str) -> Path:
    """The path of one shipped file, e.g. `resource("icons", "play.svg")`."""
    return resources_folder().joinpath(*parts)


def resource_text(*parts: str) -> str:
    """What a shipped file says.  Raises FileNotFoundError with a sentence when the installation is incomplete."""
    try:
        return resource(*parts).read_text(encoding="utf-8")
    except OSError as error:
        raise FileNotFoundError(f"gdsim's file {'/'.join(parts)} is missing; please install gdsim again") from error
