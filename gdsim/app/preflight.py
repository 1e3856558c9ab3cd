"""What has to be right before Qt starts, and a sentence when it isn't; Qt itself would end the process without one.

Imports no Qt.
"""

from __future__ import annotations

import ctypes
import os
import re
import sys
from collections.abc import Iterable, Mapping, MutableMapping
from importlib.util import find_spec
from pathlib import Path

FATAL_QT = (6, 12)
SAFE_PYTHON = (3, 12)

# Shared libraries that PySide6's wheel leaves to the system, and the Debian package of each.
COMMON_LIBRARIES = {
    "libglib-2.0.so.0": "libglib2.0-0", "libgthread-2.0.so.0": "libglib2.0-0", "libGL.so.1": "libgl1",
    "libEGL.so.1": "libegl1", "libxkbcommon.so.0": "libxkbcommon0", "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
}  # fmt: skip
X11_LIBRARIES = {
    "libxcb-cursor.so.0": "libxcb-cursor0", "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-keysyms.so.1": "libxcb-keysyms1", "libxcb-image.so.0": "libxcb-image0",
    "libxcb-render-util.so.0": "libxcb-render-util0", "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-xkb.so.1": "libxcb-xkb1", "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
}  # fmt: skip


def qt_version() -> tuple[int, ...]:
    """The version of the installed PySide6, without importing it; empty when there is none.

    Read from the package itself: importlib.metadata, which reads mail headers, would take a twentieth of the start.
    """
    spec = find_spec("PySide6")
    if spec is None or not spec.origin:
        return ()
    found = re.search(r"""^__version__ = ["']([\d.]+)""", Path(spec.origin).read_text("utf-8"), re.MULTILINE)
    return tuple(int(number) for number in found[1].split(".")[:3]) if found else ()


def version_problem(python: tuple[int, ...], qt: tuple[int, ...]) -> str:
    """A sentence for a pair of versions that does not work, else empty."""
    if not qt:
        return "gdsim needs PySide6-Essentials, which is not installed; install gdsim again with pip."
    if qt[:2] >= FATAL_QT and python < SAFE_PYTHON:
        found = ".".join(map(str, qt))
        return (
            f"PySide6 {found} ends every program on Python {python[0]}.{python[1]} within seconds. Please run "
            f"'pip install \"PySide6-Essentials<{FATAL_QT[0]}.{FATAL_QT[1]}\"', or use Python 3.12 or newer."
        )
    return ""


def can_load(library: str) -> bool:
    """Whether the system's loader finds a shared library."""
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def missing_libraries(libraries: Iterable[str]) -> tuple[str, ...]:
    """Those of `libraries` that this Linux lacks; none elsewhere, where Qt brings all it needs."""
    if not sys.platform.startswith("linux"):
        return ()
    return tuple(library for library in libraries if not can_load(library))


def libraries_sentence(missing: Iterable[str]) -> str:
    """What is missing and how to get it; empty when nothing is."""
    names = list(missing)
    if not names:
        return ""
    known = COMMON_LIBRARIES | X11_LIBRARIES
    packages = " ".join(dict.fromkeys(known[name] for name in names if name in known))
    advice = f" On Debian or Ubuntu: apt install {packages}" if packages else ""
    plural = "libraries are" if len(names) > 1 else "library is"
    return f"The system {plural} missing that Qt needs: {', '.join(names)}.{advice}"


def has_screen(environment: Mapping[str, str]) -> bool:
    """Whether there is a desktop to draw on (always so outside of Linux)."""
    if not sys.platform.startswith("linux"):
        return True
    return bool(environment.get("DISPLAY") or environment.get("WAYLAND_DISPLAY"))


def answers(display: str) -> bool:
    """Whether an X server is there and lets us in; it takes less than a millisecond, and Qt would end the process."""
    try:
        xcb = ctypes.CDLL("libxcb.so.1")
    except OSError:
        return True  # then Qt says what is wrong
    xcb.xcb_connect.restype = ctypes.c_void_p
    connection = ctypes.c_void_p(xcb.xcb_connect(os.fsencode(display), None))
    refused = xcb.xcb_connection_has_error(connection)
    xcb.xcb_disconnect(connection)
    return not refused


def choose_platform(environment: MutableMapping[str, str], needs_screen: bool) -> str:
    """Set Qt's platform plugin where Qt's own choice would fail; a sentence when there is no way, else empty."""
    if environment.get("QT_QPA_PLATFORM") or not sys.platform.startswith("linux"):
        return ""
    if not has_screen(environment):
        problem = (
            "There is no screen to draw on: neither DISPLAY nor WAYLAND_DISPLAY is set. "
            "'gdsim --screenshot FILE' works without one."
        )
    elif environment.get("WAYLAND_DISPLAY"):
        return ""
    else:
        problem = libraries_sentence(missing_libraries(X11_LIBRARIES))
        if not problem and not answers(environment["DISPLAY"]):
            problem = (
                f"The screen {environment['DISPLAY']!r}, which DISPLAY names, does not answer. "
                "'gdsim --screenshot FILE' works without one."
            )
    if problem and not needs_screen:
        environment["QT_QPA_PLATFORM"] = "offscreen"
        return ""
    return problem


def import_problem(error: ImportError) -> str:
    """A sentence for what went wrong when Qt was imported."""
    match = re.search(r"(lib[\w.+-]+\.so[\w.]*)", str(error))
    if match is None:
        return f"Qt could not be loaded: {error}."
    return libraries_sentence(missing_libraries(COMMON_LIBRARIES) or (match[1],))
