r"""A formula in LaTeX: fractions, roots and raised exponents, brackets and \cdot only where they are needed.

How functions are written comes from the `latex` of their primitives.  ziamath sets the inside of every group twice, so
that its time doubles with each level; what would take too long is cut off with dots.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import Final, NamedTuple

from gdsim.core.autodiff import Primitive
from gdsim.core.expression.printing import LARGEST
from gdsim.core.expression.tree import ONE, Call, Constant, Expr, Number, Variable, call, postorder

# Binding strength of what was written last, weakest first.
_SUM, _SIGNED, _PRODUCT, _POWER, _ATOM = range(5)

_BRACKETED: Final = r"\left({0}\right)"
_DOT: Final = r" \cdot "
_THIRD: Final = call("div", ONE, Number(3.0))
_MOST_EFFORT: Final = 300  # parts at the top level; ziamath takes about 1 ms for one
_SPELLED: Final = re.compile("[A-Za-z]{2,}")


class _Piece(NamedTuple):
    r"""Something written, and what its surroundings have to know.

    `closed`: if it ends in an argument without brackets, which would swallow a factor behind it, the same with them.
    `plain`: a number, a letter or a product of such, which a function takes without brackets.  `head`, `argument`:
    its two parts if it is a function such as \sin x.  `named`: it begins with such a function.
    """

    text: str
    strength: int
    closed: str = ""
    plain: bool = False
    head: str = ""
    argument: str = ""
    named: bool = False


_DOTS: Final = _Piece(r"\cdots", _ATOM)


def to_latex(expr: Expr, complete: bool = False) -> str:
    """See `Expr.to_latex`.  Raises ValueError for a formula too large to be written out."""
    if expr.size > LARGEST:
        raise ValueError(f"the formula has {expr.size} parts, too many to be written out")
    deepest = expr.size if complete else _deepest(expr)
    written: dict[tuple[Expr, int], _Piece] = {}
    stack = [(expr, 0, False)]
    while stack:
        part, level, ready = stack.pop()
        inner = [(arg, level + _deeper(part, arg)) for arg in _parts(part)]
        if (part, level) in written:
            continue
        if level > deepest and part.args:
            written[part, level] = _DOTS
        elif ready or not inner:
            written[part, level] = _write(part, [written[pair] for pair in inner])
        else:
            stack.append((part, level, True))
            stack.extend((arg, depth, False) for arg, depth in inner)
    return written[expr, 0].text


def cube_root_of(part: Expr) -> tuple[Expr, int] | None:
    """u and 1, where the formula is sign(u)·|u|^(1/3); u and an even number n for |u|^(n/3), the cube root of uⁿ."""
    match part:
        case (
            Call(key="mul", args=(Call(key="sign", args=(inner,)), power))
            | Call(key="mul", args=(power, Call(key="sign", args=(inner,))))
        ):
            if power == call("pow", call("abs", inner), _THIRD):
                return inner, 1
        case Call(
            key="pow", args=(Call(key="abs", args=(inner,)), Call(key="div", args=(Number(value=n), Number(value=3.0))))
        ):
            if n % 2.0 == 0.0 and 0.0 < n < 100.0:
                return inner, int(n)
    return None


def _parts(part: Expr) -> tuple[Expr, ...]:
    """What is written inside of this part."""
    root = cube_root_of(part)
    return part.args if root is None else root[:1]


def _deeper(part: Expr, arg: Expr) -> int:
    """1 if the argument is set in a group of its own (a fraction, an exponent, brackets), else 0."""
    if not isinstance(part, Call) or part.key not in ("add", "sub", "mul", "neg") or cube_root_of(part) is not None:
        return 1
    bracketed = isinstance(arg, Call) and arg.key in ("add", "sub", "neg")
    return int(bracketed and not (part.key in ("add", "sub") and arg is part.args[0]))


def _deepest(expr: Expr) -> int:
    """The deepest level that can be written with `_MOST_EFFORT`, where a part costs twice as much as one level up."""
    counts: Counter[int] = Counter()
    levels: dict[Expr, Counter[int]] = {expr: Counter({0: 1})}
    for part in reversed(postorder(expr)):
        if part not in levels:
            continue  # a part of a cube root that is not written
        counts.update(levels[part])
        for arg in _parts(part):
            deeper = _deeper(part, arg)
            here = levels.setdefault(arg, Counter())
            for level, count in levels[part].items():
                here[level + deeper] += count
    effort = 0
    for level in sorted(counts):
        effort += counts[level] << level
        if effort > _MOST_EFFORT:
            return max(level - 1, 1)
    return expr.size


def _within(piece: _Piece, strength: int) -> str:
    return piece.text if piece.strength >= strength else rf"\left({piece.text}\right)"


def _write(part: Expr, pieces: list[_Piece]) -> _Piece:
    root = cube_root_of(part)
    if root is not None:
        power = root[1]
        inside = pieces[0].text if power == 1 else rf"{_within(pieces[0], _ATOM)}^{{{power}}}"
        return _Piece(rf"\sqrt[3]{{{inside}}}", _ATOM)
    match part:
        case Number(value=value):
            return _number(value)
        case Constant(name=name) | Variable(name=name):
            return _Piece(_name(name), _ATOM, plain=True)
        case Call(key="add" | "sub" as key):
            sign = "+" if key == "add" else "-"
            return _Piece(f"{_within(pieces[0], _SUM)} {sign} {_within(pieces[1], _PRODUCT)}", _SUM)
        case Call(key="neg"):
            return _Piece(f"-{_within(pieces[0], _PRODUCT)}", _SIGNED)
        case Call(key="mul"):
            return _product(*pieces)
        case Call(key="div"):
            return _Piece(rf"\frac{{{pieces[0].text}}}{{{pieces[1].text}}}", _PRODUCT)
        case Call(key="pow"):
            return _power(part.args[1], *pieces)
        case Call():
            return _function(part.primitive, pieces)
    raise AssertionError(f"unknown kind of formula {type(part).__name__}")


def _number(value: float) -> _Piece:
    digits, _, exponent = repr(value).removesuffix(".0").partition("e")
    if not exponent:
        return _Piece(digits, _ATOM, plain=True)
    power = f"10^{{{int(exponent)}}}"
    return _Piece(power, _POWER) if digits == "1" else _Piece(digits + _DOT + power, _PRODUCT)


def _name(name: str) -> str:
    """Greek letters as commands, digits as an index."""
    letters = name.rstrip("0123456789")
    index = f"_{{{name[len(letters) :]}}}" if letters != name else ""
    return _SPELLED.sub(r"\\\g<0>", letters) + index


def _product(left: _Piece, right: _Piece) -> _Piece:
    first, second = _within(left, _PRODUCT), _within(right, _PRODUCT)
    if left.closed and not right.named:
        first = left.closed
    mixed = first[-1].isdigit() and second.startswith(r"\frac")  # 2½ would be read as a sum
    sign = _DOT if second[0].isdigit() or mixed else " "
    closed = first + sign + right.closed if right.closed else ""
    return _Piece(first + sign + second, _PRODUCT, closed, left.plain and right.plain and sign == " ", named=left.named)


def _power(exponent: Expr, base: _Piece, raised: _Piece) -> _Piece:
    # sin² x, but never sin⁻¹ x, which would be read as the arc sine.
    if base.head and isinstance(exponent, Number) and exponent.value.is_integer():
        head = f"{base.head}^{{{raised.text}}}"
        closed = head + base.closed.removeprefix(base.head) if base.closed else ""
        return _Piece(head + base.argument, _POWER, closed, named=True)
    return _Piece(f"{_within(base, _ATOM)}^{{{raised.text}}}", _POWER)


def _function(primitive: Primitive, pieces: list[_Piece]) -> _Piece:
    r"""A function by its primitive's template; one such as \sin takes a plain argument without brackets."""
    template = primitive.latex
    head = template.removesuffix(_BRACKETED)
    if head == template or head == r"\sigma" or not re.fullmatch(r"\\[a-z]+", head):
        return _Piece(template.format(*(piece.text for piece in pieces)), _POWER if primitive.key == "exp" else _ATOM)
    [inner] = pieces
    if inner.text.startswith(r"\left|") and inner.strength == _ATOM:
        return _Piece(head + inner.text, _POWER, head=head, argument=inner.text, named=True)
    bracketed = rf"\left({inner.text}\right)"
    argument = f" {inner.text}" if inner.plain else bracketed
    return _Piece(head + argument, _POWER, head + bracketed if inner.plain else "", False, head, argument, True)
