from __future__ import annotations

import re

import pytest

from gdsim.app.tabs.descend.plain_rule import in_plain_words, wrapped_latex
from gdsim.core.optimizers import OPTIMIZERS
from gdsim.core.run import Run
from gdsim.core.surfaces import SURFACES

ADAM = (
    r"m \leftarrow 0.9 \cdot \begin{pmatrix} -1.4 \\ -2.2 \end{pmatrix}"
    r" + 0.1 \cdot \begin{pmatrix} -14.04 \\ 3 \end{pmatrix}"
)


@pytest.mark.parametrize(
    ("latex", "text"),
    [
        (r"x \leftarrow -1.541 - 0.001 \cdot \left(-8.774\right) = -1.532", "x ← −1.541 − 0.001 · (−8.774) = −1.532"),
        (ADAM, "m ← 0.9 · (−1.4, −2.2) + 0.1 · (−14.04, 3)"),
        (r"\hat v = \frac{0.1613}{1 - 0.999^{2}} = 80.7", "v̂ = 0.1613/(1 − 0.999²) = 80.7"),
        (r"\frac{-8.98}{\sqrt{80.7} + 10^{-8}}", "−8.98/(√80.7 + 10⁻⁸)"),
        (r"\frac{g}{|\lambda|_{\max}} = 2", "g/|λ|_max = 2"),
        (r"u = 1.96 \cdot 10^{-6}", "u = 1.96 · 10⁻⁶"),
    ],
)
def test_a_rule_in_plain_words(latex, text):
    assert in_plain_words(latex) == text


@pytest.mark.parametrize("surface", ["himmelblau", "double_well"])
@pytest.mark.parametrize("key", OPTIMIZERS)
def test_every_rule_has_plain_words_and_lines_that_say_the_same(key, surface):
    run = Run(SURFACES[surface].objective(), OPTIMIZERS[key](), SURFACES[surface].start)
    run.advance(2)
    for line in run.optimizer.lines(run.steps[1]):
        latex = line.replace("&", "")
        text = in_plain_words(latex)
        assert not re.search(r"[\\{}]|begin|frac", text)
        pieces = wrapped_latex(latex, 30)
        assert " ".join(piece.removeprefix(r"\quad").strip() for piece in pieces).split() == latex.split()
        for piece in pieces:
            assert piece.count("{") == piece.count("}")
            assert piece.count(r"\left") - piece.count(r"\leftarrow") == piece.count(r"\right")


def test_a_line_that_fits_is_one_line():
    assert wrapped_latex(ADAM, 200) == (ADAM,)
    assert len(wrapped_latex(ADAM, 12)) == 2
