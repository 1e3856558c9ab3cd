"""Small mistakes, planted one at a time into the syntax tree of a module.

Each is what a slip of the hand makes of mathematics: a sign, a term, an operand, a bound, a constant, a call too few.
Texts are left alone: messages, annotations, docstrings and decorators.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
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
    """All mutants of a module, in the order of its text."""
    yield from _walk(tree, "", False)


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
    elif isinstance(node, ast.stmt):
        yield from _of_statement(node)


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
    if isinstance(parent, ast.keyword) and parent.arg in ("maxsize", "low", "high", "help", "stacklevel", "order"):
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
    same = len(plain) >= 2 and ast.unparse(plain[0]) == ast.unparse(plain[1])
    if len(plain) >= 2 and plain[:2] == node.args[:2] and name not in _COMMUTATIVE and not same:
        yield ast.Call(node.func, [plain[1], plain[0], *node.args[2:]], node.keywords)
    if len(plain) == 3 and plain == node.args and name not in _COMMUTATIVE:
        yield ast.Call(node.func, [plain[0], plain[2], plain[1]], node.keywords)
    if isinstance(node.func, ast.Attribute) and not node.args and not node.keywords:
        yield node.func.value


def _of_name(node: ast.Attribute | ast.Name) -> Iterator[ast.AST]:
    if not isinstance(node.ctx, ast.Load):
        return
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
    elif isinstance(node, ast.Continue):
        yield ast.Break()
    elif _is_effect(node):
        yield ast.Pass()


def _is_effect(node: ast.stmt) -> bool:
    """A statement that can be left out: what it does is all that it is for."""
    if isinstance(node, ast.Expr):
        return isinstance(node.value, ast.Call)
    if isinstance(node, ast.Assign):
        return isinstance(node.targets[0], (ast.Attribute, ast.Subscript))
    return isinstance(node, (ast.Break, ast.For))
