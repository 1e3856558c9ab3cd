"""A formula as an immutable tree: numbers, constants, variables, and primitives applied to trees.

`Expr` computes with `gdsim.core.autodiff.ops` like numbers and traced values do, so that the derivative rules of the
primitives, run on Exprs, write down symbolic derivatives.  Walks over trees are loops, never recursion, and visit a
repeated part once.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Container, Iterable
from typing import TYPE_CHECKING, Any, Final, NoReturn, TypeVar, final

import numpy as np

from gdsim.core.autodiff import PRIMITIVES, Primitive
from gdsim.core.autodiff.node import Operators
from gdsim.core.expression.names import CONSTANTS, variable_name

if TYPE_CHECKING:
    from gdsim.core.expression.derivative import DerivationStep

T = TypeVar("T")

ARITHMETIC: Final = frozenset(("neg", "add", "sub", "mul", "div", "pow"))


class Expr(Operators):
    """A formula.  Equal means built alike; `size` counts nodes, `variables` is sorted."""

    __slots__ = ("_hash", "args", "size", "variables")
    __array_ufunc__ = None  # numpy must not spread a formula over the elements of an array

    args: tuple[Expr, ...]
    size: int
    variables: tuple[str, ...]

    def _settle(self, identity: tuple[object, ...], args: tuple[Expr, ...], variables: Iterable[str]) -> None:
        keep = object.__setattr__
        keep(self, "args", args)
        keep(self, "size", 1 + sum(arg.size for arg in args))
        keep(self, "variables", tuple(sorted(variables)))
        keep(self, "_hash", hash((type(self).__name__, *identity)))

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError(f"formulas do not change: {name} cannot be set")

    def __delattr__(self, name: str) -> NoReturn:
        raise AttributeError(f"formulas do not change: {name} cannot be removed")

    def __hash__(self) -> int:
        return self._hash  # type: ignore[attr-defined, no-any-return]  # set by _settle

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Expr):
            return NotImplemented
        return self is other or (hash(self) == hash(other) and _same(self, other))

    def __copy__(self) -> Expr:
        return self

    def __deepcopy__(self, memo: dict[int, Any]) -> Expr:
        return self

    def __str__(self) -> str:
        from gdsim.core.expression.printing import to_text

        return to_text(self)

    def __repr__(self) -> str:
        return f"parse({str(self)!r})"

    def __call__(self, /, **values: Any) -> Any:
        """Value at numbers, arrays or traced values; with Exprs for variables, the formula with those put in.

        Arrays broadcast against each other and give an array; where the formula is undefined stands nan.  Names
        that do not occur are allowed, because a derivative may have fewer variables than its formula.  Raises
        TypeError when a value is missing.
        """
        from gdsim.core.expression.evaluation import evaluate

        return evaluate(self, values)

    def function(self, *names: str) -> Callable[..., Any]:
        """The formula as a Python function of these variables in this order, for `compile` and `grad`."""
        from gdsim.core.expression.evaluation import as_function

        return as_function(self, names)

    def derivative(self, variable: str) -> Expr:
        """∂/∂variable, simplified."""
        from gdsim.core.expression.derivative import derivative

        return derivative(self, variable)

    def derivation(self, variable: str) -> tuple[DerivationStep, ...]:
        """How the derivative comes about, from the inside out: (rule in words, before, after) each."""
        from gdsim.core.expression.derivative import derivation

        return derivation(self, variable)

    def simplify(self) -> Expr:
        """An equal formula that is shorter to read, where one is easily found."""
        from gdsim.core.expression.simplification import simplify

        return simplify(self)

    def to_latex(self, complete: bool = False) -> str:
        """The formula in LaTeX; parts nested too deeply to be typeset in time are dots, unless `complete`."""
        from gdsim.core.expression.latex import to_latex

        return to_latex(self, complete)

    def __apply_primitive__(self, primitive: Primitive, args: tuple[Any, ...], params: dict[str, Any]) -> Expr:
        if params:
            raise TypeError(f"in a formula {primitive.key} takes no further settings")
        return call(primitive.key, *(as_expr(arg) for arg in args))


@final
class Number(Expr):
    """A number as one writes it: finite and without a sign (−2 is the negative of 2)."""

    __slots__ = ("value",)
    value: float

    def __init__(self, value: float) -> None:
        value = float(value)
        if not math.isfinite(value) or math.copysign(1.0, value) < 0.0:
            raise ValueError(f"a number in a formula is finite and has no sign, unlike {value}")
        object.__setattr__(self, "value", value)
        self._settle((value,), (), ())

    def __reduce__(self) -> tuple[Any, ...]:
        return Number, (self.value,)


@final
class Constant(Expr):
    """π or Euler's number e, by name."""

    __slots__ = ("name",)
    name: str

    def __init__(self, name: str) -> None:
        if name not in CONSTANTS:
            raise ValueError(f"there is no constant called {name!r}")
        object.__setattr__(self, "name", name)
        self._settle((name,), (), ())

    @property
    def value(self) -> float:
        return float(getattr(math, self.name))

    def __reduce__(self) -> tuple[Any, ...]:
        return Constant, (self.name,)


@final
class Variable(Expr):
    """A variable; Greek letters are spelled out (theta)."""

    __slots__ = ("name",)
    name: str

    def __init__(self, name: str) -> None:
        canonical = variable_name(name)
        if canonical is None:
            raise ValueError(f"{name!r} cannot be a variable: a letter other than e, possibly numbered, is needed")
        object.__setattr__(self, "name", canonical)
        self._settle((canonical,), (), (canonical,))

    def __reduce__(self) -> tuple[Any, ...]:
        return Variable, (self.name,)


@final
class Call(Expr):
    """A primitive, by its key, applied to formulas.  Build with `call`, which knows the canonical forms."""

    __slots__ = ("key",)
    key: str

    def __init__(self, key: str, args: tuple[Expr, ...]) -> None:
        object.__setattr__(self, "key", key)
        self._settle((key, *args), args, {name for arg in args for name in arg.variables})

    @property
    def primitive(self) -> Primitive:
        return PRIMITIVES[self.key]

    def __reduce__(self) -> tuple[Any, ...]:
        return Call, (self.key, self.args)


PI: Final = Constant("pi")
E: Final = Constant("e")
ZERO: Final = Number(0.0)
ONE: Final = Number(1.0)
TWO: Final = Number(2.0)


def call(key: str, *args: Expr) -> Expr:
    """The primitive `key` applied to formulas, in the one form in which such a formula is kept.

    Powers of e are exp, squares are powers.  Raises TypeError for operations that formulas do not have.
    """
    if key == "square":
        return Call("pow", (*args, TWO))
    if key == "pow" and args[0] == E:
        return Call("exp", args[1:])
    if key not in ARITHMETIC and not PRIMITIVES[key].names:
        raise TypeError(f"formulas do not have the operation {key}")
    return Call(key, args)


# Numbers that derivative rules contain, as what they are on paper.
_KNOWN: Final[dict[float, Expr]] = {
    math.log(2.0): call("log", TWO),
    math.log(10.0): call("log", Number(10.0)),
    math.sqrt(0.5): call("div", ONE, call("sqrt", TWO)),
    math.sqrt(2.0 * math.pi): call("sqrt", call("mul", TWO, PI)),
    2.0 / math.sqrt(math.pi): call("div", TWO, call("sqrt", PI)),
}


def as_expr(value: Any) -> Expr:
    """A number as a formula; formulas unchanged.  Raises TypeError for anything else."""
    if isinstance(value, Expr):
        return value
    if isinstance(value, bool) or not isinstance(value, (int, float, np.integer, np.floating)):
        raise TypeError(f"a formula combines with numbers and formulas, not with {type(value).__name__}")
    value = float(value)
    if value in _KNOWN:
        return _KNOWN[value]
    size = Number(abs(value))
    return Call("neg", (size,)) if math.copysign(1.0, value) < 0.0 else size


def postorder(root: Expr, known: Container[Expr] = ()) -> list[Expr]:
    """Every different part of the formula once, each after its own parts; those already `known` are left out."""
    order: list[Expr] = []
    seen: set[Expr] = set()
    stack = [(root, False)]
    while stack:
        expr, finished = stack.pop()
        if finished:
            order.append(expr)
        elif expr not in seen and expr not in known:
            seen.add(expr)
            stack.append((expr, True))
            stack.extend((arg, False) for arg in reversed(expr.args))
    return order


def fold(root: Expr, visit: Callable[[Expr, list[T]], T]) -> T:
    """`visit(part, results for its arguments)` from the leaves up; the result for the whole."""
    results: dict[Expr, T] = {}
    for expr in postorder(root):
        results[expr] = visit(expr, [results[arg] for arg in expr.args])
    return results[root]


def _label(expr: Expr) -> object:
    match expr:
        case Number(value=value):
            return value
        case Constant(name=name) | Variable(name=name):
            return name
        case Call(key=key):
            return key
    raise AssertionError(f"unknown kind of formula {type(expr).__name__}")


def _same(first: Expr, second: Expr) -> bool:
    """Structural equality; pairs already compared are not compared again."""
    seen: set[tuple[int, int]] = set()
    stack = [(first, second)]
    while stack:
        left, right = stack.pop()
        if left is right or (id(left), id(right)) in seen:
            continue
        seen.add((id(left), id(right)))
        if type(left) is not type(right) or _label(left) != _label(right) or len(left.args) != len(right.args):
            return False
        stack.extend(zip(left.args, right.args, strict=True))
    return True
