"""A mutant in a module that is loaded already: the code of its functions is exchanged where they are."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path
from types import CodeType, FunctionType
from typing import Any

from tests.mutation.line_map import ROOT
from tests.mutation.mutants import Mutant

_PLAIN = (float, int, tuple, frozenset)


class LiveModule:
    """A loaded module and its functions, found by where their code is in its text."""

    def __init__(self, path: Path, functions: list[FunctionType]) -> None:
        self.path = str(path)
        self.text = path.read_text()
        self.tree = ast.parse(self.text)
        self._original = list(_codes(compile(self.tree, self.path, "exec", dont_inherit=True)))
        self._functions: dict[Any, list[FunctionType]] = {}
        for function in functions:
            if function.__code__.co_filename == self.path:
                self._functions.setdefault(_key(function.__code__), []).append(function)
        self._simple = [
            node for node in ast.walk(self.tree) if isinstance(node, ast.stmt) and not hasattr(node, "body")
        ]

    def lines_of(self, mutant: Mutant) -> tuple[int, int]:
        """The first and the last line of the statement with the mutant, of its head if it has a body."""
        for node in self._simple:
            if node.lineno <= mutant.line <= (node.end_lineno or node.lineno):
                return node.lineno, node.end_lineno or node.lineno
        return mutant.line, mutant.line

    def compiled(self, mutant: Mutant, *, same_closure: bool = False) -> CodeType:
        """The code of the module with the mutant in it.  Raises SyntaxError or ValueError if there is none.

        With `same_closure` what it replaces stays beside it, never computed, so that no variable is closed over less.
        """
        old = mutant.swap(mutant.new)
        if same_closure and isinstance(old, ast.expr):
            mutant.swap(ast.copy_location(ast.IfExp(ast.copy_location(ast.Constant(True), old), mutant.new, old), old))
        try:
            return compile(self.tree, self.path, "exec", dont_inherit=True)
        finally:
            mutant.swap(old)

    def plant(self, mutant: Mutant) -> bool:
        """Exchanges what the mutant changes; False if that can't be done in a loaded module."""
        if not mutant.inside:
            return self._plant_constant(mutant)
        try:
            return self._exchange(list(_codes(self.compiled(mutant))))
        except ValueError:
            return self._exchange(list(_codes(self.compiled(mutant, same_closure=True))))

    def _exchange(self, codes: list[CodeType]) -> bool:
        if len(codes) == len(self._original):
            pairs = list(zip(self._original[1:], codes[1:], strict=True))
        else:  # a function within the mutated one has gone
            named = {(code.co_qualname, code.co_firstlineno): code for code in codes[1:] if "<" not in code.co_name}
            pairs = [
                (old, named[old.co_qualname, old.co_firstlineno])
                for old in self._original[1:]
                if (old.co_qualname, old.co_firstlineno) in named
            ]
        planted = False
        for old, new in pairs:
            if old == new:
                continue
            for function in self._functions.get(_key(old), ()):
                function.__code__ = new  # a ValueError if other variables are closed over
                planted = True
        return planted

    def _plant_constant(self, mutant: Mutant) -> bool:
        """A named number or tuple of the module is exchanged wherever it was imported to."""
        for node in self.tree.body:
            if not node.lineno <= mutant.line <= (node.end_lineno or node.lineno):
                continue
            if not isinstance(node, ast.Assign) or not isinstance(node.targets[0], ast.Name):
                return False
            name = node.targets[0].id
            names = vars(sys.modules[module_name(self.path)])
            old = names[name]
            if not isinstance(old, _PLAIN):
                return False
            was = mutant.swap(mutant.new)
            try:
                code = compile(ast.Module([node], []), self.path, "exec", dont_inherit=True)
            finally:
                mutant.swap(was)
            space = dict(names)
            exec(code, space)  # our own text, with one constant or sign changed
            for module in list(sys.modules.values()):
                if getattr(module, "__dict__", {}).get(name) is old:
                    setattr(module, name, space[name])
            return True
        return False


def module_name(path: str) -> str:
    """gdsim.core.run for gdsim/core/run/__init__.py."""
    return ".".join(Path(path).relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def _codes(code: CodeType) -> Iterator[CodeType]:
    yield code
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _codes(constant)


def _key(code: CodeType) -> Any:
    return code.co_qualname, code.co_firstlineno, tuple(code.co_positions())
