r"""Tokens to a tree, by operator precedence (V. R. Pratt, "Top down operator precedence", 1973).

Where notation is ambiguous it is read like this, and typesetting shows the reading:

    1/2x              (1/2)·x: a product without a sign binds like one with a sign, from left to right
    -x^2              -(x^2)
    2^-x, x^y^z       2^(-x), x^(y^z)
    x^2y, 10^-3x      x^2·y, 10^(-3)·x: an exponent is one factor ...
    e^-2x, e^2x       e^(-2x), e^(2x): ... but that of e takes what is written to it without a space,
    e^-x y, e^-x(x+1) e^(-x)·y, e^(-x)·(x+1): as long as it is numbers and letters (or a bracket after a number)
    sin 2x, sin xy    sin(2x), sin(x·y): so does the argument of a function without brackets,
    sin x cos y       sin(x)·cos(y)
    sin x^2, sin^2 x  sin(x^2), (sin x)^2
    sin(x)^2          (sin x)^2
    sin x/2           (sin x)/2
    sin^-1 x          arcsin x
    log x             the natural logarithm
    ln(3) 3^x, x 2^x  ln(3)·3^x, x·2^x: a number begins a factor where it has an exponent, but not behind a number
    (x+1)2x, x^2 4x   (x+1)·2·x, x^2·4·x: and where a letter follows it, behind a bracket or a power
    sec x, sec^2 x    1/cos(x), 1/cos(x)^2; so csc, sech, csch, coth; cot x is cos(x)/sin(x)
    cbrt x            sign(x)·|x|^(1/3), which has a value left of 0 too
    |x|y|z|           |x|·y·|z|: a bar closes where it can
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import Enum, auto

from gdsim.core.expression import names
from gdsim.core.expression.errors import ParseError
from gdsim.core.expression.limits import Limits
from gdsim.core.expression.tokens import Kind, Token
from gdsim.core.expression.tree import ONE, Call, Constant, E, Expr, Number, Variable, call

# Precedence: a loop that runs at a floor takes the signs that bind at least as tightly.
_SUM, _PRODUCT, _FACTOR = 1, 2, 3

_INFIX = {"+": ("add", _SUM), "-": ("sub", _SUM), "*": ("mul", _PRODUCT), "/": ("div", _PRODUCT)}
_INVERSE = {"sin": "asin", "cos": "acos", "tan": "atan"}
_STARTS = (Kind.VARIABLE, Kind.CONSTANT, Kind.FUNCTION, Kind.ROOT, Kind.OPEN)


class Reading(Enum):
    """How else ambiguous notation may have been meant."""

    LONG_EXPONENT = auto()
    """2^-2x as 2^(-2x), as it is with e."""
    SHORT_EXPONENT = auto()
    """e^2x as e^2·x, as it is with 2."""
    LONG_DIVISOR = auto()
    """1/2x as 1/(2x)."""


class Parser:
    """One formula being read.  Every recursion goes through `nested`, which counts."""

    def __init__(self, tokens: list[Token], limits: Limits, other: frozenset[Reading] = frozenset()) -> None:
        """`other`: where to depart from the usual reading."""
        self.tokens = tokens
        self.limits = limits
        self.other = other
        self.place = 0
        self.levels = 0
        self.brackets = 0
        self.bars = 0

    @property
    def next(self) -> Token:
        return self.tokens[self.place]

    def take(self) -> Token:
        token = self.tokens[self.place]
        self.place += 1
        return token

    def at(self, *kinds: Kind) -> bool:
        return self.next.kind in kinds

    def is_sign(self, *signs: str) -> bool:
        return self.next.text in signs

    @contextmanager
    def nested(self) -> Iterator[None]:
        """One level further down.

        Half of the levels are for brackets, which leave no trace in the tree; the other half is the tree's own.
        """
        self.levels += 1
        if self.levels > 2 * self.limits.depth:
            raise ParseError(self.limits.too_deep(), self.next.column)
        yield
        self.levels -= 1

    def formula(self) -> Expr:
        if self.at(Kind.END):
            raise ParseError("There is no formula yet: type one, such as x^2.", self.next.column)
        expr = self.expression(_SUM)
        if not self.at(Kind.END):
            raise self.unexpected()
        return expr

    def expression(self, floor: int) -> Expr:
        """Terms and factors joined by signs that bind at least as tightly as `floor`."""
        left = self.signed(floor)
        while True:
            token = self.next
            if token.text in _INFIX:
                key, strength = _INFIX[token.text]
                if strength < floor:
                    return left
                self.take()
                with self.nested():
                    right = self.expression(strength + 1)
                    while key == "div" and Reading.LONG_DIVISOR in self.other and self.starts_factor(self.next):
                        right = call("mul", right, self.power())
                    left = call(key, left, right)
            elif self.starts_factor(token):
                if floor > _PRODUCT:
                    return left
                left = call("mul", left, self.power())
            else:
                return left

    def starts_factor(self, token: Token) -> bool:
        """Whether a product goes on here without a sign."""
        if token.kind is Kind.NUMBER:
            if not (self.number_with_exponent(token) or self.number_with_letter(token)):
                raise self.number_after_factor(token)
            return True
        return token.kind in _STARTS or (token.kind is Kind.BAR and not self.bars)

    def number_with_exponent(self, token: Token) -> bool:
        """Whether a number begins another factor, as in ln(3) 3^x; two numbers side by side never are a product."""
        before, after = self.tokens[self.place - 1], self.tokens[self.place + 1]
        apart = before.kind in (Kind.CLOSE, Kind.BAR) or not token.tight
        raised = after.kind is Kind.RAISED or after.text == "^"
        return before.kind is not Kind.NUMBER and apart and raised

    def number_with_letter(self, token: Token) -> bool:
        """Whether a number begins another factor behind a bracket or a power, as in (2x+3)2x and (x+1)^2 4x."""
        before, after = self.tokens[self.place - 1], self.tokens[self.place + 1]
        ended = before.kind in (Kind.CLOSE, Kind.BAR, Kind.RAISED)
        if before.kind is Kind.NUMBER:
            ended = self.tokens[self.place - 2].text == "^"
        return ended and after.kind is Kind.VARIABLE and after.tight

    def number_after_factor(self, token: Token) -> ParseError:
        before = self.tokens[self.place - 1]
        if before.kind is Kind.NUMBER:
            return ParseError(
                f"Two numbers stand side by side: put a sign between {before.shown} and {token.shown}.", token.column
            )
        return ParseError(f"A sign is missing before {token.shown}: write * for times or ^ for a power.", token.column)

    def signed(self, floor: int) -> Expr:
        """An operand with signs in front; at the start of a term a minus is in front of the whole term."""
        while self.is_sign("+"):
            self.take()
        if not self.is_sign("-"):
            return self.power()
        self.take()
        with self.nested():
            return call("neg", self.expression(_PRODUCT) if floor <= _PRODUCT else self.signed(_FACTOR))

    def power(self) -> Expr:
        """One factor with its exponents."""
        reciprocal = self.next.text in names.RECIPROCALS
        return self.raised(self.atom(), _reciprocal_power if reciprocal else _power)

    def raised(self, base: Expr, power: Power) -> Expr:
        while self.at(Kind.RAISED):
            base = power(base, _whole_number(self.take()))
        if not self.is_sign("^"):
            return base
        self.take()
        swap = Reading.SHORT_EXPONENT if base == E else Reading.LONG_EXPONENT
        with self.nested():
            long = (base == E) is not (swap in self.other)
            return power(base, self.tight_product(loose=False) if long else self.signed(_FACTOR))

    def tight_product(self, loose: bool) -> Expr:
        """What belongs together by being written together: an exponent of e, or an argument without brackets.

        Numbers and letters without a space between them; directly behind a number also a bracket or a function.
        `loose` lets a letter follow a number with a space, too (sin 2 x).
        """
        if self.is_sign("+", "-"):
            sign = self.take()
            with self.nested():
                inner = self.tight_product(loose)
            return inner if sign.text == "+" else call("neg", inner)
        product = self.power()
        while self.starts_factor(self.next):
            if self.at(Kind.NUMBER) and not self.number_with_exponent(self.next):
                break
            letter = self.at(Kind.VARIABLE, Kind.CONSTANT)
            after_number = not product.variables and _is_numeric(product)
            if not (self.next.tight and (letter or after_number)) and not (loose and letter and after_number):
                break
            product = call("mul", product, self.power())
        return product

    def atom(self) -> Expr:
        token = self.next
        match token.kind:
            case Kind.NUMBER:
                return Number(float(self.take().text))
            case Kind.VARIABLE:
                return Variable(self.take().text)
            case Kind.CONSTANT:
                return Constant(self.take().text)
            case Kind.OPEN:
                return self.bracket()[0]
            case Kind.BAR:
                return self.absolute()
            case Kind.FUNCTION:
                self.take()
                return self.application(token)
            case Kind.ROOT:
                self.take()
                return call("sqrt", self.argument(token, loose=False))
        raise self.unexpected()

    def bracket(self, most: int = 1) -> list[Expr]:
        """( ... ) with up to `most` formulas separated by commas."""
        opening = self.take()
        self.brackets += 1
        if self.brackets > self.limits.depth:
            raise ParseError(self.limits.too_deep(), opening.column)
        if self.at(Kind.CLOSE):
            raise ParseError("There is nothing between these brackets.", opening.column)
        outside, self.bars = self.bars, 0
        with self.nested():
            parts = [self.expression(_SUM)]
            while self.at(Kind.COMMA) and len(parts) < most:
                self.take()
                parts.append(self.expression(_SUM))
        self.close(opening, Kind.CLOSE)
        self.bars = outside
        self.brackets -= 1
        return parts

    def absolute(self) -> Expr:
        """| ... |: a bar opens where an operand is due and closes where one has ended."""
        opening = self.take()
        self.bars += 1
        if self.at(Kind.BAR) and self.tokens[self.place + 1].kind is Kind.END:
            raise ParseError("There is nothing between these bars.", opening.column)
        with self.nested():
            inner = self.expression(_SUM)
        self.close(opening, Kind.BAR)
        self.bars -= 1
        return call("abs", inner)

    def close(self, opening: Token, kind: Kind) -> None:
        if self.at(kind):
            self.take()
        elif self.at(Kind.END):
            what = "bracket" if kind is Kind.CLOSE else "bar"
            raise ParseError(f"This {what} is opened but not closed.", opening.column)
        else:
            raise self.unexpected()

    def application(self, function: Token) -> Expr:
        """A function's exponent (sin² x) and argument, with or without brackets."""
        key = function.text
        exponent = self.function_exponent(function)
        if exponent == _MINUS_ONE:
            if key not in _INVERSE:
                raise ParseError(
                    f"{function.shown}^-1 can be read in two ways: write 1/{function.shown}(x) if that is meant.",
                    function.column,
                )
            key, exponent = _INVERSE[key], None
        if key in names.REWRITTEN:
            result = _rewritten(key, self.argument(function, loose=True))
        else:
            result = call(key, *self.arguments(function, Call(key, ()).primitive.arity))
        if exponent is None:
            return result
        return _reciprocal_power(result, exponent) if key in names.RECIPROCALS else call("pow", result, exponent)

    def function_exponent(self, function: Token) -> Expr | None:
        if self.at(Kind.RAISED):
            return _whole_number(self.take())
        if not self.is_sign("^"):
            return None
        self.take()
        minus = self.is_sign("-")
        if minus:
            self.take()
        if self.next.kind not in (Kind.NUMBER, Kind.VARIABLE, Kind.OPEN):
            raise ParseError(f"Write the power behind the argument: {function.shown}(x)^2.", self.next.column)
        size = self.atom()
        return call("neg", size) if minus else size

    def arguments(self, function: Token, count: int) -> list[Expr]:
        if count == 1:
            return [self.argument(function, loose=True)]
        if self.next.kind is not Kind.OPEN:
            raise ParseError(f"{function.shown} needs brackets: {function.shown}(x, 0).", function.column)
        parts = self.bracket(most=self.limits.tokens)
        if len(parts) < count:
            raise ParseError(f"{function.shown} needs {count} arguments: {function.shown}(x, 0).", function.column)
        while len(parts) > count:
            parts[:2] = [call(function.text, parts[0], parts[1])]
        return parts

    def argument(self, function: Token, loose: bool) -> Expr:
        """The only argument of a function: a bracket, or else what is written together."""
        if self.at(Kind.OPEN):
            parts = self.bracket(most=2)
            if len(parts) > 1:
                if comma := self.decimal_comma(function):
                    raise comma
                raise ParseError(f"{function.shown} takes only one argument.", function.column)
            return parts[0]
        ends = self.at(Kind.END, Kind.CLOSE, Kind.COMMA) or self.is_sign("*", "/", "^")
        if ends or (self.at(Kind.BAR) and self.bars):
            raise ParseError(
                f"{function.shown} needs something to work on, as in {function.shown}(x).", function.column
            )
        with self.nested():
            return self.tight_product(loose)

    def decimal_comma(self, function: Token) -> ParseError | None:
        """What is wrong with the argument just read, if a comma in it stands for a point."""
        tokens = self.tokens[self.tokens.index(function) : self.place]
        depths = itertools.accumulate((token.kind is Kind.OPEN) - (token.kind is Kind.CLOSE) for token in tokens)
        comma = next(i for i, depth in enumerate(depths) if depth == 1 and tokens[i].kind is Kind.COMMA)
        return _decimal_comma(*tokens[comma - 1 : comma + 2])

    def unexpected(self) -> ParseError:
        """What is wrong with the next token where it stands."""
        token = self.next
        before = self.tokens[self.place - 1] if self.place else None
        match token.kind:
            case Kind.END:
                return ParseError(f"Something is missing after {before.shown if before else 'this'}.", token.column)
            case Kind.CLOSE:
                if before and before.kind in (Kind.SIGN, Kind.COMMA, Kind.BAR):
                    return ParseError(f"Something is missing after {before.shown}.", token.column)
                return ParseError("This bracket is closed but was never opened.", token.column)
            case Kind.COMMA:
                if comma := _decimal_comma(*self.tokens[max(0, self.place - 1) : self.place + 2]):
                    return comma
                return ParseError("A comma only separates the arguments of max and min.", token.column)
            case Kind.RAISED:
                return ParseError(f"A raised {token.text} needs something in front of it.", token.column)
        if before and before.kind is Kind.SIGN:
            return ParseError(f"{before.shown} and {token.shown} cannot follow each other.", token.column)
        return ParseError(f"Something is missing before {token.shown}.", token.column)


def _decimal_comma(before: Token, comma: Token, after: Token | None = None) -> ParseError | None:
    if after is None or not (before.kind is after.kind is Kind.NUMBER):
        return None
    whole, rest = before.shown, after.shown
    thousands = ", and nothing between thousands" if "." in whole else ""
    better = f"{whole.replace('.', '')}.{rest} in place of {whole},{rest}"
    return ParseError(f"Write decimals with a point{thousands}: {better}.", comma.column)


def _rewritten(key: str, inner: Expr) -> Expr:
    """A function that has no primitive of its own."""
    if key in names.RECIPROCALS:
        return call("div", ONE, call(names.RECIPROCALS[key], inner))
    if key == "cbrt":
        third = call("div", ONE, Number(3.0))
        if isinstance(inner, Number):
            return call("pow", inner, third)
        return call("mul", call("sign", inner), call("pow", call("abs", inner), third))
    return call("div", call("cos", inner), call("sin", inner))


Power = Callable[[Expr, Expr], Expr]


def _power(base: Expr, exponent: Expr) -> Expr:
    return call("pow", base, exponent)


def _reciprocal_power(base: Expr, exponent: Expr) -> Expr:
    """sec² x is 1/cos² x."""
    if not isinstance(exponent, Number):
        return call("pow", base, exponent)
    one, below = base.args
    return call("div", one, call("pow", below, exponent))


_MINUS_ONE = call("neg", Number(1.0))


def _whole_number(token: Token) -> Expr:
    value = int(token.text)
    return call("neg", Number(-value)) if value < 0 else Number(value)


def _is_numeric(expr: Expr) -> bool:
    """A number or constant, or a product of such."""
    return isinstance(expr, (Number, Constant)) or (
        isinstance(expr, Call) and expr.key == "mul" and all(_is_numeric(arg) for arg in expr.args)
    )
