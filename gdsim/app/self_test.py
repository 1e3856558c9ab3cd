"""`gdsim --self-test`: what is installed, what Qt draws on and what is missing, as lines for a report."""

from __future__ import annotations

import importlib
import os
import platform
import sys

from gdsim import __version__
from gdsim.app import preflight

PACKAGES = {"numpy": "numpy", "pyqtgraph": "pyqtgraph", "contourpy": "contourpy", "ziamath": "ziamath"}


def versions() -> dict[str, str]:
    """What gdsim runs on, by name; for the self-test, the about page and the details of an error."""
    from importlib import metadata

    found = {"gdsim": __version__, "Python": platform.python_version(), "system": platform.platform(terse=True)}
    for name in ("PySide6-Essentials", *PACKAGES):
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            found[name] = "not installed"
    return found


def self_test() -> tuple[list[str], list[str]]:
    """Lines to print, and the sentences of what is wrong (empty when all is well)."""
    lines = [f"{name:20}{version}" for name, version in versions().items()]
    problems = [preflight.version_problem(sys.version_info[:2], preflight.qt_version())]
    problems.append(preflight.libraries_sentence(preflight.missing_libraries(preflight.COMMON_LIBRARIES)))
    if preflight.has_screen(os.environ) and not os.environ.get("WAYLAND_DISPLAY"):
        problems.append(preflight.libraries_sentence(preflight.missing_libraries(preflight.X11_LIBRARIES)))
    problems += [_import(name) for name in PACKAGES.values()]
    problems = [problem for problem in problems if problem]
    if not problems:
        qt_lines, problems = _try_qt()
        lines += qt_lines
    return lines, problems


def _import(name: str) -> str:
    try:
        importlib.import_module(name)
    except ImportError as error:
        return f"{name} cannot be imported: {error}."
    return ""


def _try_qt() -> tuple[list[str], list[str]]:
    """Start Qt, look for fonts and resources, draw an icon and a formula, and count their ink."""
    problem = preflight.choose_platform(os.environ, needs_screen=False)
    if problem:
        return [], [problem]
    from PySide6.QtGui import QFontDatabase, QGuiApplication, QImage
    from PySide6.QtWidgets import QApplication

    application = QApplication.instance() or QApplication(["gdsim"])
    lines = [f"{'platform plugin':20}{QGuiApplication.platformName()}"]
    families = QFontDatabase.families()
    lines.append(f"{'fonts':20}{len(families)} families, interface in {application.font().family()}")
    from gdsim.app.fonts import ensure_letters

    lines += filter(None, [ensure_letters()])
    problems: list[str] = []
    try:
        from gdsim.app.resources import resources_folder

        lines.append(f"{'resources':20}{resources_folder()}")
    except FileNotFoundError as error:
        return lines, [str(error)]
    from gdsim.app.icons import icon
    from gdsim.app.widgets.formula_label import FormulaLabel

    label = FormulaLabel(r"\frac{x^2}{2}")
    label.resize(label.sizeHint())
    for what, drawn in (
        ("Icons", icon("play", "#FF0000").pixmap(20, 20).toImage()),
        ("Formulas", label.grab().toImage()),
    ):
        if not _ink(drawn.convertToFormat(QImage.Format.Format_ARGB32)):
            problems.append(f"{what} are drawn empty with this version of Qt.")
    return lines, problems


def _ink(image: object) -> bool:
    """Whether a picture has more than one colour."""
    width, height = image.width(), image.height()  # type: ignore[attr-defined]
    return len({image.pixel(x, y) for x in range(width) for y in range(height)}) > 1  # type: ignore[attr-defined]
