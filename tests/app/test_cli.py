from __future__ import annotations

import ctypes.util
import subprocess
import sys
from pathlib import Path

import pytest

import gdsim
from gdsim.__main__ import main
from gdsim.app import cli, preflight
from gdsim.app.options import Options


def test_nothing_given_asks_for_nothing():
    options = cli.parse_options([])
    assert options == Options()
    assert not options.scene_given


def test_everything_given():
    text = (
        "--tab descend --steps 12 --size 1280x800 --theme dark --screenshot a.png --surface ripple --start -1.5,2 "
        "--optimizer adam --lr 1e-2 --seed 7"
    )
    options = cli.parse_options(text.split())
    assert options == Options(
        tab="descend", steps=12, size=(1280, 800), theme="dark", screenshot=Path("a.png"), surface="ripple",
        start=(-1.5, 2.0), optimizer="adam", lr=0.01, seed=7,
    )  # fmt: skip
    assert options.scene_given


@pytest.mark.parametrize(("given", "formula"), [("-x^2", "-x^2"), ("x^2 - x", "x^2 - x")])
def test_a_formula_may_begin_with_a_minus(given, formula):
    assert cli.parse_options(["--formula", given, "--start", "-1"]) == Options(formula=formula, start=(-1.0,))


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--size", "huge"], "such as 1280x800"),
        (["--size", "1280"], "such as 1280x800"),
        (["--size", "300x200"], "from 1000x640"),
        (["--size", "99999x800"], "to 7680x4320"),
        (["--steps", "-3"], "whole number"),
        (["--steps", "2.5"], "whole number"),
        (["--steps", "1000000000"], "from 0 to 100000"),
        (["--theme", "pink"], "light or dark"),
        (["--lr", "0"], "positive number"),
        (["--lr", "nan"], "positive number"),
        (["--start", "left"], "such as 1.4"),
        (["--start", "inf"], "such as 1.4"),
        (["--seed", "-1"], "whole number"),
        (["--pink"], "unrecognized arguments"),
        (["--tab"], "expected one argument"),
    ],
    ids=" ".join,
)
def test_a_bad_value_gets_a_sentence_and_exit_code_2(arguments, sentence, capsys):
    with pytest.raises(SystemExit) as ended:
        cli.parse_options(arguments)
    assert ended.value.code == 2
    assert sentence in capsys.readouterr().err


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (Options(), ""),
        (Options(tab="descend", surface="double_well", optimizer="adam"), ""),
        (Options(formula="x^4 - 2x^2"), ""),
        (Options(tab="ascend"), "did you mean 'descend'"),
        (Options(optimizer="adan"), "did you mean 'adam'"),
        (Options(surface="dubble_well"), "did you mean 'double_well'"),
        (Options(formula="x +"), "column 4"),
        (Options(formula="x", surface="ripple"), "either --formula or --surface"),
        (Options(formula="x^2+y^2", start=(1.0,)), "The start has 1 coordinate, but the function has 2 coordinates"),
        (Options(formula="x^2", start=(1.0, 2.0)), "write it like --start 1.4."),
        (Options(surface="himmelblau", start=(1.0,)), "write it like --start 1.4,-2."),
        (Options(formula="x^2+y^2", start=(1.0, 2.0)), ""),
        (Options(lr=1e6), "learning rate has to lie between"),
    ],
    ids=repr,
)
def test_names_are_checked_against_the_registries(options, sentence):
    found = cli.check_names(options)
    assert sentence in found
    assert bool(found) == bool(sentence)


def test_help_and_version_need_neither_qt_nor_numpy():
    code = (
        "import sys\nfrom gdsim.__main__ import main\n"
        "try: main([sys.argv[1]])\nexcept SystemExit as end: assert end.code == 0\n"
        "loaded = {name.partition('.')[0] for name in sys.modules}\n"
        "assert not loaded & {'PySide6', 'numpy', 'pyqtgraph'}, loaded"
    )
    for option, expected in (("--help", "--screenshot FILE"), ("--version", f"gdsim {gdsim.__version__}")):
        done = subprocess.run([sys.executable, "-c", code, option], capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, done.stderr
        assert expected in done.stdout


@pytest.mark.parametrize(
    ("python", "qt", "refused"),
    [
        ((3, 11), (6, 12, 0), True),
        ((3, 11), (6, 13, 1), True),
        ((3, 11), (6, 11, 3), False),
        ((3, 12), (6, 12, 0), False),
        ((3, 11), (6, 8, 3), False),
        ((3, 14), (), True),
    ],
)
def test_the_fatal_pair_of_versions_is_refused(python, qt, refused):
    assert bool(preflight.version_problem(python, qt)) == refused


def test_main_refuses_the_fatal_pair_before_qt_starts(monkeypatch, capsys):
    monkeypatch.setattr(preflight, "qt_version", lambda: (6, 12, 0))
    monkeypatch.setattr("sys.version_info", (3, 11, 7))
    assert main([]) == 1
    assert "PySide6 6.12.0 ends every program on Python 3.11" in capsys.readouterr().err


def test_the_installed_qt_is_found_without_importing_it():
    import PySide6

    assert ".".join(map(str, preflight.qt_version())) == PySide6.__version__


class TestOnLinux:
    """Only Linux leaves libraries to the system."""

    @pytest.fixture(autouse=True)
    def linux(self, monkeypatch):
        monkeypatch.setattr(sys, "platform", "linux")

    def test_without_a_screen_a_screenshot_is_drawn_offscreen(self):
        environment = {}
        assert preflight.choose_platform(environment, needs_screen=False) == ""
        assert environment == {"QT_QPA_PLATFORM": "offscreen"}

    def test_without_a_screen_a_window_is_refused_in_a_sentence(self):
        environment = {}
        assert "DISPLAY" in preflight.choose_platform(environment, needs_screen=True)
        assert environment == {}

    def test_a_platform_that_the_user_chose_stays(self):
        environment = {"QT_QPA_PLATFORM": "minimal"}
        assert preflight.choose_platform(environment, needs_screen=True) == ""
        assert environment == {"QT_QPA_PLATFORM": "minimal"}

    def test_missing_x11_libraries_are_named_with_their_packages(self, monkeypatch):
        monkeypatch.setattr(preflight, "can_load", lambda library: "xcb-cursor" not in library)
        sentence = preflight.choose_platform({"DISPLAY": ":0"}, needs_screen=True)
        assert "libxcb-cursor.so.0" in sentence
        assert "apt install libxcb-cursor0" in sentence

    def test_with_missing_x11_libraries_a_screenshot_is_still_drawn(self, monkeypatch):
        monkeypatch.setattr(preflight, "can_load", lambda library: False)
        environment = {"DISPLAY": ":0"}
        assert preflight.choose_platform(environment, needs_screen=False) == ""
        assert environment["QT_QPA_PLATFORM"] == "offscreen"

    def test_a_screen_that_does_not_answer_is_refused_in_a_sentence(self):
        """Qt would end the process, and a core would be dumped."""
        environment = {"DISPLAY": ":3999"}
        sentence = preflight.choose_platform(environment, needs_screen=True)
        assert sentence.startswith("The screen ':3999', which DISPLAY names, does not answer.")
        assert environment == {"DISPLAY": ":3999"}
        assert preflight.choose_platform(environment, needs_screen=False) == ""
        assert environment["QT_QPA_PLATFORM"] == "offscreen"

    def test_a_library_that_qt_could_not_load_is_named(self, monkeypatch):
        monkeypatch.setattr(preflight, "can_load", lambda library: library != "libEGL.so.1")
        error = ImportError("libEGL.so.1: cannot open shared object file: No such file or directory")
        assert "apt install libegl1" in preflight.import_problem(error)

    def test_the_loader_tells_what_is_there(self):
        assert preflight.can_load(ctypes.util.find_library("c"))
        assert not preflight.can_load("libnosuchthing.so.1")
