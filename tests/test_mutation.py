"""What plants mistakes is itself tested: the mistakes are those meant, and they do take effect."""

from __future__ import annotations

import ast

import pytest

from tests.mutation.line_map import ROOT
from tests.mutation.live import LiveModule
from tests.mutation.mutants import mutants_of

EQUIVALENT = ROOT / "tests" / "mutation" / "equivalent.txt"
TEXT = '''
"""A text - not a difference."""
LIMIT = 2.0

def line(x, y):
    """The value 1 - 2."""
    if not x <= LIMIT:
        raise ValueError("more - than 2")
    return [part - 3.0 * y for part in (x,)][0]

def twice(f):
    return lambda x: 2 * f(x)

DOUBLE = twice(lambda x: x + 1)
'''


def after(text: str) -> set[str]:
    return {mutant.after for mutant in mutants_of(ast.parse(text))}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a - b", {"a + b", "b - a", "a", "b"}),
        ("a * b", {"a / b", "a", "b"}),
        ("-a", {"a"}),
        ("a < b", {"a <= b", "a >= b"}),
        ("a == b", {"a != b"}),
        ("not a", {"a"}),
        ("a and b", {"a or b", "a", "b"}),
        ("a if b else c", {"a", "c"}),
        ("mul(g, y)", {"g", "div", "pass"}),
        ("f(a, b, c)", {"a", "pass", "f(b, a, c)", "f(a, c, b)"}),
        ("x += 0.5", {"x -= 0.5", "pass", "0.55"}),
        ("x.y = z", {"pass"}),
        ("x = 2 * x", {"pass", "-(2 * x)", "2 / x", "2", "x", "3", "1"}),
        ("x[k]", {"x[k - 1]"}),
        ("p[1:b]", {"p[:b]", "p[1:]", "2", "0"}),
        ("range(n)", {"range(n - 1)", "range(1, n)", "n", "pass"}),
        ("a.T", {"a"}),
        ("np.take(a, axis=c)", {"np.take(a)", "a", "pass"}),
        ("p = a, b", {"(b, a)"}),
        ("[a for a in p if b]", {"True"}),
        ("f'{a - b}'", set()),
        ("x: a | b = c", set()),
    ],
)
def test_mistakes(text: str, expected: set[str]) -> None:
    assert after(text) == expected


def test_two_of_one_name_are_told_apart() -> None:
    names = [mutant.name for mutant in mutants_of(ast.parse("p = f(a) + g(a - b, a - b)"))]
    assert len(names) == len(set(names))
    assert {"p: a - b -> a", "p: a - b -> a  [2]"} <= set(names)


def test_each_takes_effect_where_it_is_and_leaves_the_text_as_it_was(tmp_path) -> None:
    path = tmp_path / "small.py"
    path.write_text(TEXT)
    results = {}
    for number, mutant in enumerate(mutants_of(ast.parse(TEXT))):
        space: dict = {}
        exec(compile(TEXT, str(path), "exec"), space)
        functions = [space["line"], space["twice"], space["DOUBLE"], space["DOUBLE"].__closure__[0].cell_contents]
        module = LiveModule(path, functions)
        same = list(mutants_of(module.tree))[number]
        if same.inside and module.plant(same):
            try:
                results[same.name] = (space["line"](1.0, 2.0), space["DOUBLE"](5))
            except (ValueError, TypeError, LookupError) as error:
                results[same.name] = type(error)
        assert ast.unparse(module.tree) == ast.unparse(ast.parse(TEXT)), mutant
    assert results["line: part - 3.0 * y -> part + 3.0 * y"] == (7.0, 12)
    assert results["line: not x <= LIMIT -> x <= LIMIT"] is ValueError
    assert results["twice: 2 * f(x) -> 2 / f(x)"] == (-5.0, 2 / 6)
    assert results["DOUBLE: x + 1 -> x - 1"] == (-5.0, 8)
    assert (-5.0, 12) not in [results[name] for name in results if name.startswith("twice")]


def test_what_is_listed_as_harmless_is_a_mutant() -> None:
    """So that a name goes when the code it was about has changed."""
    listed = [line for line in EQUIVALENT.read_text().splitlines() if line and not line.startswith("#")]
    for file in {name.split(":")[0] for name in listed}:
        names = {f"{file}: {mutant.name}" for mutant in mutants_of(ast.parse((ROOT / file).read_text()))}
        assert {name for name in listed if name.startswith(f"{file}:")} <= names
