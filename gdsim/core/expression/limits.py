"""How large a formula may be, so that reading, drawing and differentiating it always stays quick."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from gdsim.core.expression.errors import ParseError
from gdsim.core.expression.printing import to_text
from gdsim.core.expression.tokens import scan
from gdsim.core.expression.tree import Call, Expr, fold


@dataclass(frozen=True)
class Limits:
    """Characters and tokens of the text; levels and nodes of the tree (brackets have as many levels again)."""

    characters: int = 300
    tokens: int = 200
    depth: int = 40
    nodes: int = 200

    def check_characters(self, count: int, column: int) -> None:
        if count > self.characters:
            raise ParseError(
                f"The formula is too long: {count} characters, where {self.characters} are possible.", column
            )

    def check_tokens(self, count: int, column: int) -> None:
        if count > self.tokens:
            raise ParseError(
                f"The formula is too long: {count} numbers, names and signs, where {self.tokens} are possible.", column
            )

    def check_tree(self, expr: Expr) -> None:
        """Shorthand (√, bars, missing brackets) grows when it is written out; the result has to fit as well."""
        if expr.size > self.nodes:
            raise ParseError(f"The formula is too large: {expr.size} parts, where {self.nodes} are possible.", 0)
        if nesting(expr) > self.depth:
            raise ParseError(self.too_deep(), 0)
        written = to_text(expr, spaced=False)
        self.check_characters(len(written), 0)
        self.check_tokens(len(scan(written, 0, expr.variables)) - 1, 0)

    def too_deep(self) -> str:
        return f"The formula is nested too deeply: {self.depth} levels are possible."


LIMITS: Final = Limits()


def nesting(expr: Expr) -> int:
    """Levels of the tree, where a chain such as a + b + c + d is one level."""

    def visit(part: Expr, depths: list[int]) -> int:
        match part:
            case Call(key="add" | "sub" | "mul" | "div"):
                return max(depths[0], 1 + depths[1])
            case Call():
                return 1 + max(depths)
        return 0

    return fold(expr, visit)
