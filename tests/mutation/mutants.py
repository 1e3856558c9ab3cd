"""Small mistakes, planted one at a time into the syntax tree of a module.

Each is what a slip of the hand makes of mathematics: a sign, a term, an operand, a bound, a constant, a call too few,
one name for another, a place beside the right one, what was to be kept or left out.
Texts are left alone: messages, annotations, docstrings and decorators.
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

_OPERATORS: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult, ast.Pow: ast.Mult, ast.Mod: ast.Mult,
    ast.FloorDiv: ast.Mult, ast.BitOr: ast.BitAnd, ast.BitAnd: ast.BitOr, ast.LShift: ast.RShift,
}  # fmt: skip
_COMPARISONS: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Lt: (ast.LtE, ast.GtE), ast.LtE: (ast.Lt, ast.Gt), ast.Gt: (ast.GtE, ast.LtE), ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,), ast.NotEq: (ast.Eq,), ast.In: (ast.NotIn,), ast.NotIn: (ast.In,), ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
}  # fmt: skip
_PAIRS = (
    ("add", "sub"), ("add", "subtract"), ("mul", "div"), ("multiply", "divide"), ("maximum", "minimum"),
    ("max", "min"), ("argmax", "argmin"), ("fmax", "fmin"), ("nanmax", "nanmin"), ("sin", "cos"), ("sinh", "cosh"),
    ("sum", "mean"), ("floor", "ceil"), ("zeros", "ones"), ("zeros_like", "ones_like"), ("any", "all"), ("exp", "log"),
    ("less", "greater"), ("less_equal", "less"), ("greater_equal", "greater"), ("equal", "not_equal"),
    ("square", "sqrt"), ("tanh", "sigmoid"), ("expm1", "exp"), ("log1p", "log"), ("isnan", "isinf"),
    ("isfinite", "isinf"), ("first", "last"), ("left", "right"), ("low", "high"), ("upper", "lower"),
    ("beta1", "beta2"), ("l1", "l2"), ("lr", "momentum"), ("rows", "columns"), ("inputs", "targets"),
    ("outputs", "targets"), ("gradient", "value"), ("lowest", "highest"), ("argsort", "sort"),
    ("log2", "log"), ("log10", "log"), ("nansum", "nanmean"), ("width", "height"), ("previous", "point"),
    ("start", "stop"), ("before", "after"), ("loss", "penalty"),
)  # fmt: skip
_NAMES: dict[str, str] = {}
for one, other in _PAIRS:
    _NAMES.setdefault(one, other)
    _NAMES.setdefault(other, one)
_COMMUTATIVE = {
    "equal",
    "swapaxes",
    "logaddexp",
    "isclose",
    "maximum",
    "minimum",
    "max",
    "min",
    "add",
    "mul",
    "multiply",
    "gcd",
    "hypot",
    "isinstance",
    "getattr",
}
_ARITHMETIC = {
    "add", "sub", "mul", "div", "power", "square", "sqrt", "exp", "log", "sin", "cos", "tan", "tanh", "sinh", "cosh",
    "sigmoid", "matmul", "sum", "mean", "dot", "where", "unbroadcast", "reshape", "transpose", "broadcast_to",
    "multiply", "divide", "subtract", "clip", "sign", "abs", "maximum", "minimum", "einsum", "outer", "vdot",
    "take", "concatenate",
}  # fmt: skip
_INDICES = {"i", "j", "k", "m", "n", "index", "step", "number", "row", "column", "layer", "unit", "place", "run"}
_SAID_TWICE = {"strict", "out", "help", "title", "key", "log", "unit", "low", "high", "maxsize", "stacklevel"}
"""Keywords that only check, only say or only save room: leaving them out changes no number."""
_CASTS = {"tuple", "list", "int", "float", "str", "bool", "asarray", "stop_gradient"}
_TYPES = {"int", "float", "str", "tuple"}
_TEXTS = {"annotation", "returns", "decorator_list", "type_params"}
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)


@dataclass(frozen=True)
class Mutant:
    """`new` in place of `old`, at `index` of the field of `parent` (None: the field itself)."""

    line: int
    place: str
    inside: bool
    parent: ast.AST
    field: str
    index: int | None
    new: Any
    before: str
    after: str
    arithmetic: bool
    """Whether it is in a sign, a term, a factor or a call: what formulas are made of."""

    @property
    def name(self) -> str:
        return f"{self.place}: {self.before} -> {self.after}"

    def swap(self, node: Any) -> Any:
        """Puts the node where the mutation is; what was there."""
        if self.index is None:
            old = getattr(self.parent, self.field)
            setattr(self.parent, self.field, node)
            return old
        nodes = getattr(self.parent, self.field)
        old, nodes[self.index] = nodes[self.index], node
        return old


def mutants_of(tree: ast.Module) -> Iterator[Mutant]:
    """All mutants of a module, in the order of its text; those of one name in one place are numbered."""
    seen: Counter[str] = Counter()
    for mutant in _walk(tree, "", False):
        seen[mutant.name] += 1
        number = seen[mutant.name]
        yield mutant if number == 1 else replace(mutant, after=f"{mutant.after}  [{number}]")


def _walk(parent: ast.AST, place: str, inside: bool) -> Iterator[Mutant]:
    for field, value in ast.iter_fields(parent):
        if field in _TEXTS:
            continue
        nodes = value if isinstance(value, list) else [value]
        # Defaults of a function are computed where it is defined.
        within = inside or (isinstance(parent, _FUNCTIONS) and field == "body")
        for index, node in enumerate(nodes):
            if isinstance(node, ast.AST) and not _is_text(node):
                where = index if isinstance(value, list) else None
                for new in _mutations(node, parent, field):
                    line = getattr(node, "lineno", 0)
                    before, after = _shown(node), _shown(new)
                    new = _located(new, node)
                    formula = isinstance(node, (ast.BinOp, ast.UnaryOp, ast.AugAssign, ast.Call))
                    yield Mutant(line, place or "module", within, parent, field, where, new, before, after, formula)
                yield from _walk(node, _inner_place(place, node), within)


def _inner_place(place: str, node: ast.AST) -> str:
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        return f"{place}.{node.name}".lstrip(".")
    if not place and isinstance(node, (ast.Assign, ast.AnnAssign)):
        target = node.targets[0] if isinstance(node, ast.Assign) else node.target
        return ast.unparse(target)
    return place


def _is_text(node: ast.AST) -> bool:
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        return True
    if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
        return True
    if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) in ("__all__", "__slots__"):
        return True
    return isinstance(node, (ast.JoinedStr, ast.Raise, ast.Import, ast.ImportFrom, ast.Assert))


def _shown(node: ast.AST) -> str:
    if isinstance(node, (ast.If, ast.While)):
        return f"{'if' if isinstance(node, ast.If) else 'while'} {ast.unparse(node.test)}"
    if isinstance(node, ast.For):
        return f"for {ast.unparse(node.target)} in {ast.unparse(node.iter)}"
    return " ".join(ast.unparse(node).split())[:160]


def _located(new: ast.AST, node: ast.AST) -> ast.AST:
    for part in ast.walk(new):
        if isinstance(part, (ast.expr, ast.stmt)) and not hasattr(part, "lineno"):
            ast.copy_location(part, node)
    return new


def _mutations(node: ast.AST, parent: ast.AST, field: str) -> Iterator[ast.AST]:
    if isinstance(node, ast.BinOp):
        yield from _of_operation(node)
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, (ast.USub, ast.Not)):
        yield node.operand
    elif isinstance(node, ast.Compare):
        yield from _of_comparison(node)
    elif isinstance(node, ast.BoolOp):
        yield ast.BoolOp(ast.And() if isinstance(node.op, ast.Or) else ast.Or(), node.values)
        for index in range(len(node.values)):
            rest = node.values[:index] + node.values[index + 1 :]
            yield rest[0] if len(rest) == 1 else ast.BoolOp(node.op, rest)
    elif isinstance(node, ast.Constant):
        yield from _of_constant(node, parent, field)
    elif isinstance(node, ast.IfExp):
        yield node.body
        yield node.orelse
    elif isinstance(node, ast.Call):
        yield from _of_call(node)
    elif isinstance(node, (ast.Attribute, ast.Name)):
        yield from _of_name(node)
    elif isinstance(node, ast.Subscript):
        yield from _of_place(node)
    elif isinstance(node, ast.Tuple):
        yield from _of_tuple(node, parent)
    elif isinstance(node, ast.stmt):
        yield from _of_statement(node)
    if isinstance(node, (ast.BinOp, ast.Call)) and _is_result(node, parent, field):
        yield ast.UnaryOp(ast.USub(), node)
    if isinstance(parent, ast.comprehension) and field == "ifs":
        yield ast.Constant(True)


def _is_result(node: ast.BinOp | ast.Call, parent: ast.AST, field: str) -> bool:
    """Whether it is a formula that is named, returned or passed on as it is: its sign may be the wrong one."""
    if isinstance(node, ast.BinOp):
        formula = isinstance(node.op, (ast.Mult, ast.Div, ast.Pow, ast.Sub, ast.MatMult))
        formula = formula and not any(_is_writing(side) or _is_type(side) for side in (node.left, node.right))
    else:
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        formula = name in _ARITHMETIC
    return formula and (
        (isinstance(parent, (ast.Return, ast.Assign)) and field == "value")
        or (isinstance(parent, ast.Lambda) and field == "body")
    )


def _of_place(node: ast.Subscript) -> Iterator[ast.AST]:
    """One place beside the right one; a slice that begins or ends with the whole."""
    if not isinstance(node.ctx, ast.Load):
        return
    if isinstance(node.slice, ast.Slice):
        span = node.slice
        if span.lower is not None:
            yield ast.Subscript(node.value, ast.Slice(None, span.upper, span.step), node.ctx)
        if span.upper is not None:
            yield ast.Subscript(node.value, ast.Slice(span.lower, None, span.step), node.ctx)
    elif isinstance(node.slice, ast.Name) and node.slice.id in _INDICES:
        yield ast.Subscript(node.value, ast.BinOp(node.slice, ast.Sub(), ast.Constant(1)), node.ctx)


def _of_tuple(node: ast.Tuple, parent: ast.AST) -> Iterator[ast.AST]:
    if not isinstance(node.ctx, ast.Load) or not isinstance(parent, (ast.Return, ast.Assign, ast.Yield)):
        return
    if any(isinstance(part, ast.Starred) or _is_writing(part) or _is_type(part) for part in node.elts):
        return
    for index in range(len(node.elts) - 1):
        one, other = node.elts[index : index + 2]
        if ast.unparse(one) != ast.unparse(other):
            yield ast.Tuple([*node.elts[:index], other, one, *node.elts[index + 2 :]], node.ctx)


def _of_operation(node: ast.BinOp) -> Iterator[ast.AST]:
    if any(_is_writing(side) or _is_type(side) for side in (node.left, node.right)):
        return
    if type(node.op) in _OPERATORS:
        yield ast.BinOp(node.left, _OPERATORS[type(node.op)](), node.right)
    if not isinstance(node.op, (ast.Add, ast.Mult, ast.BitOr, ast.BitAnd)):
        yield ast.BinOp(node.right, node.op, node.left)
    yield node.left
    yield node.right


def _is_writing(node: ast.AST) -> bool:
    return isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and isinstance(node.value, (str, bytes)))


def _is_type(node: ast.AST) -> bool:
    """Of an alias such as int | tuple[int, ...] | None."""
    if isinstance(node, ast.Subscript):
        node = node.value
    return (isinstance(node, ast.Name) and node.id in _TYPES) or (isinstance(node, ast.Constant) and node.value is None)


def _of_comparison(node: ast.Compare) -> Iterator[ast.AST]:
    for index, operator in enumerate(node.ops):
        for other in _COMPARISONS[type(operator)]:
            yield ast.Compare(node.left, [*node.ops[:index], other(), *node.ops[index + 1 :]], node.comparators)


def _of_constant(node: ast.Constant, parent: ast.AST, field: str) -> Iterator[ast.AST]:
    value = node.value
    if isinstance(parent, ast.keyword) and parent.arg in (
        "maxsize",
        "low",
        "high",
        "help",
        "stacklevel",
        "order",
        "strict",
    ):
        return
    if isinstance(value, bool):
        yield ast.Constant(not value)
    elif isinstance(value, int):
        yield ast.Constant(value + 1)
        if value > 0 and not isinstance(parent, ast.UnaryOp):
            yield ast.Constant(value - 1)
    elif isinstance(value, float):
        yield ast.Constant(1.0 if value == 0.0 else 1.1 * value)
        if value == 1.0:
            yield ast.Constant(0.0)


def _of_call(node: ast.Call) -> Iterator[ast.AST]:
    name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    plain = [argument for argument in node.args if not isinstance(argument, ast.Starred)]
    if name in _CASTS or name in (
        "param",
        "cast",
        "TypeVar",
        "NamedTuple",
        "len",
        "isinstance",
        "iter",
        "next",
        "super",
        "register",
    ):
        return
    if plain and plain[0] is node.args[0] and not _is_writing(plain[0]):
        yield plain[0]
    if any(_is_writing(argument) for argument in plain[:2]):
        return
    if name == "range" and plain == node.args:
        *others, end = plain
        yield ast.Call(node.func, [*others, ast.BinOp(end, ast.Sub(), ast.Constant(1))], [])
        yield ast.Call(node.func, [ast.Constant(1), end] if len(plain) == 1 else [ast.Constant(0), *plain[1:]], [])
    for index, keyword in enumerate(node.keywords):
        if keyword.arg not in _SAID_TWICE or name in ("sorted", "min", "max", "sort"):
            yield ast.Call(node.func, node.args, [*node.keywords[:index], *node.keywords[index + 1 :]])
    shown = [ast.unparse(argument) for argument in plain]
    if len(plain) >= 2 and plain[:2] == node.args[:2] and name not in _COMMUTATIVE and shown[0] != shown[1]:
        yield ast.Call(node.func, [plain[1], plain[0], *node.args[2:]], node.keywords)
    if len(plain) == 3 and plain == node.args and name not in _COMMUTATIVE and shown[1] != shown[2]:
        yield ast.Call(node.func, [plain[0], plain[2], plain[1]], node.keywords)
    if isinstance(node.func, ast.Attribute) and not node.args and not node.keywords:
        yield node.func.value


def _of_name(node: ast.Attribute | ast.Name) -> Iterator[ast.AST]:
    if not isinstance(node.ctx, ast.Load):
        return
    if isinstance(node, ast.Attribute) and node.attr == "T":
        yield node.value
    if isinstance(node, ast.Attribute) and node.attr in _NAMES:
        if node.attr in ("add", "sub", "mul", "div") and ast.unparse(node.value) not in ("np", "ops"):
            return
        yield ast.Attribute(node.value, _NAMES[node.attr], node.ctx)
    elif isinstance(node, ast.Name) and node.id in _NAMES:
        yield ast.Name(_NAMES[node.id], node.ctx)


def _of_statement(node: ast.stmt) -> Iterator[ast.AST]:
    if isinstance(node, ast.AugAssign):
        if type(node.op) in _OPERATORS and not _is_writing(node.value):
            yield ast.AugAssign(node.target, _OPERATORS[type(node.op)](), node.value)
        yield ast.Pass()
    elif isinstance(node, ast.If):
        yield ast.If(ast.UnaryOp(ast.Not(), node.test), node.body, node.orelse)
        if not node.orelse:
            yield ast.Pass()
    elif isinstance(node, ast.While):
        if not any(isinstance(part, (ast.Break, ast.Continue)) for part in ast.walk(node)):
            yield ast.If(node.test, node.body, [])
    elif isinstance(node, ast.Continue):
        yield ast.Break()
        yield ast.Pass()
    elif _is_effect(node):
        yield ast.Pass()


def _is_effect(node: ast.stmt) -> bool:
    """A statement that can be left out: what it does is all that it is for."""
    if isinstance(node, ast.Expr):
        return isinstance(node.value, (ast.Call, ast.Yield, ast.YieldFrom))
    if isinstance(node, ast.Assign):
        (target, *_) = node.targets
        read = {part.id for part in ast.walk(node.value) if isinstance(part, ast.Name)}
        return isinstance(target, (ast.Attribute, ast.Subscript)) or (
            isinstance(target, ast.Name) and target.id in read
        )
    return isinstance(node, (ast.Break, ast.For))
