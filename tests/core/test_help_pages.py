"""The help pages say what is so: every formula on them is read, every function that formulas know is on them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from gdsim.core.autodiff import PRIMITIVES
from gdsim.core.expression import Expr, parse

PAGES = Path(__file__).parents[2] / "resources" / "help"
FORMULAS = (PAGES / "formulas.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"`([^`]+)`", FORMULAS[FORMULAS.index("| you type") : FORMULAS.index("Functions:")])
FUNCTIONS = FORMULAS[FORMULAS.index("Functions:") :].partition("\n\n")[0]


@pytest.mark.parametrize("example", EXAMPLES)
def test_every_example_is_read(example):
    assert isinstance(parse(example), Expr)


def test_the_functions_listed_are_those_that_formulas_know():
    listed = set(re.findall(r"\w+", " ".join(re.findall(r"`([^`]+)`", FUNCTIONS))))
    known = {name for primitive in PRIMITIVES.values() for name in primitive.names}
    assert listed == known


@pytest.mark.parametrize("page", sorted(PAGES.glob("*.md")), ids=lambda page: page.stem)
def test_a_page_opens_with_its_title(page):
    title, _, body = page.read_text(encoding="utf-8").partition("\n\n")
    assert re.fullmatch(r"# [A-Z][\w ,]+", title)
    assert len(body) > 400
