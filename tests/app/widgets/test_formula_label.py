from __future__ import annotations

import re
import subprocess
import sys

import pytest

from gdsim.app.widgets.formula_label import FormulaLabel, _renderer
from gdsim.app.widgets.outlines import formula_svg, outlines, ziamath


def ink(widget):
    """How many pixels differ from the background."""
    image = widget.grab().toImage()
    background = image.pixelColor(0, 0)
    pixels = (image.pixelColor(x, y) for x in range(image.width()) for y in range(image.height()))
    return sum(pixel != background for pixel in pixels)


FORMULAS = (
    r"\frac{x^4}{4} - x^{2} + \frac{x}{5}", r"\eta", r"\left(x^2-1\right)^2", r"\sqrt{v} + \epsilon", r"\hat{m}_t",
    r"\frac{1}{1+e^{-x}}", r"x \leftarrow x - \eta\, g", r"\sigma(x)", r"\left|x\right|", r"\ln x",
    r"\left(\frac{\left(x+1\right)^{2}}{\sqrt{\left|\frac{1}{y}\right|}}\right)^{3}",
    r"x_{k+1} = -1.3 - 0.1 \cdot (-2.6)", r"\nabla f",
)  # fmt: skip


@pytest.mark.parametrize("latex", FORMULAS)
def test_a_formula_leaves_ink(shown, latex):
    label = shown(FormulaLabel(latex))
    assert ink(label) > 15
    assert b"<path" in formula_svg(latex, 16, "#000000")
    assert b"<symbol" not in formula_svg(latex, 16, "#000000")  # SVG 2, which QtSvg draws blank


@pytest.mark.parametrize("latex", [r"\frac{1", r"\nosuchcommand{x}", "{", "}", "^", r"\left(", "&", "\x00"])
def test_what_cannot_be_typeset_is_shown_as_text(shown, latex):
    assert not shown(FormulaLabel(latex), 200, 40).grab().isNull()


def test_it_never_gets_wider_than_its_place(shown):
    label = shown(FormulaLabel("+".join("xyzw" * 20)), 200, 40)
    natural = label.sizeHint().width()
    assert natural > 400
    assert label.minimumSizeHint().width() <= 200
    image, background = label.grab().toImage(), label.palette().window().color()
    rows = [y for y in range(image.height()) if any(image.pixelColor(x, y) != background for x in range(image.width()))]
    assert 2 <= len(rows) < label.sizeHint().height() / 2


def test_the_colour_follows_the_theme(shown, themes):
    label = shown(FormulaLabel(r"\eta", scale=3))
    assert ink(label) > 20
    light = label.grab().toImage()
    themes.set_mode("dark")
    dark = label.grab().toImage()
    assert light != dark
    lightest = max(dark.pixelColor(x, y).lightness() for x in range(dark.width()) for y in range(dark.height()))
    assert lightest > 200


def test_large_type_makes_it_larger(shown, themes):
    label = shown(FormulaLabel("x^2"))
    before = label.sizeHint().height()
    themes.set_large(True)
    assert label.sizeHint().height() == pytest.approx(1.5 * before, abs=2)


@pytest.mark.parametrize(
    ("sign", "plain"),
    [
        ("x = -3", "x = 3"), (r"\left(-3\right)", r"\left(3\right)"), ("(-x, -y)", "(x, y)"),
        (r"x \leftarrow -3", r"x \leftarrow 3"), (r"2 \cdot -3", r"2 \cdot 3"), (r"\left|-3\right|", r"\left|3\right|"),
    ],
)  # fmt: skip
def test_a_sign_stands_close_to_its_number(sign, plain):
    """A minus in a difference has space on both sides."""
    wide = {latex: float(re.search(rb'viewBox="\S+ \S+ (\S+)', formula_svg(latex, 20, "#000000"))[1])
            for latex in (sign, plain, "3-3", "33")}  # fmt: skip
    difference = wide["3-3"] - wide["33"]
    assert wide[sign] - wide[plain] < sign.count("-") * difference - 6.0 * sign.count("-")


def test_a_drawing_is_made_once_for_all_colours(qapp):
    outlines.cache_clear()
    for colour in ("#000000", "#ABCDEF", "#000000"):
        assert formula_svg(r"\frac{x^{17}}{2}", 16, colour).count(colour.encode()) == 5  # four signs and a line
    assert outlines.cache_info().misses == 1


def test_formulas_that_were_shown_take_little_memory(qapp, shown):
    """An hour's lecture shows hundreds; each ready to be drawn would take 150 kB."""
    label = shown(FormulaLabel("x"))
    for number in range(80):
        label.set_latex(str(number))
    assert _renderer.cache_info().currsize <= 64
    long = r"\frac{\partial L}{\partial w} = 12\left(x^2 + 3y\right)\cdot\tanh\left(2x - 7\right)"
    assert len(outlines(long, 16)) < 0.4 * len(formula_svg(long, 16, "#000000"))


def test_a_label_keeps_the_drawing_that_it_shows(shown):
    label = shown(FormulaLabel("x^2"))
    ink(label)
    _renderer.cache_clear()
    ink(label)
    assert _renderer.cache_info().misses == 0


def test_rows_measured_once_come_out_as_ziamath_sets_them(qapp):
    unsigned = [latex for latex in FORMULAS if "= -" not in latex]  # signs are set closer here
    code = f"import ziamath as z; z.config.svg2 = False\nfor each in {unsigned}: print(z.Latex(each, size=16).svg())"
    done = subprocess.run([sys.executable, "-W", "ignore", "-c", code], capture_output=True, text=True, timeout=60)
    assert [formula_svg(latex, 16, "black").decode() for latex in unsigned] == done.stdout.splitlines()


def test_the_work_does_not_double_with_each_level_of_brackets(qapp, monkeypatch):
    ziamath()
    from ziamath.nodes import Mnode

    made, build = [], Mnode.fromelement.__func__
    monkeypatch.setattr(Mnode, "fromelement", classmethod(lambda *args, **how: made.append(0) or build(*args, **how)))
    counts = []
    for depth in (4, 8):
        made.clear()
        outlines(r"\left(" * depth + "y" + r"\right)" * depth, 16)
        counts.append(len(made))
    assert counts[1] < 5 * counts[0]  # in all, as the square of the levels; it was 15 times


def test_it_is_spoken(shown):
    label = shown(FormulaLabel(r"\frac{x}{2}", spoken="x over 2"))
    assert label.accessibleName() == "x over 2"
    label.set_latex("y")
    assert label.accessibleName() == "y"


def test_ziamath_is_imported_at_the_first_formula_only():
    code = "import sys, gdsim.app.widgets.formula_label; assert 'ziamath' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)
