"""Nested tuples and lists of values, flattened and put together again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any


def leaves(tree: Any) -> Iterator[Any]:
    """The values of nested tuples (named ones too) and lists, in order.  None holds no value."""
    if isinstance(tree, (tuple, list)):
        for part in tree:
            yield from leaves(part)
    elif tree is not None:
        yield tree


def transform(function: Callable[[Any], Any], tree: Any) -> Any:
    """The same nesting with `function` applied to each value, in the order of `leaves`."""
    if isinstance(tree, list):
        return [transform(function, part) for part in tree]
    if isinstance(tree, tuple):
        parts = [transform(function, part) for part in tree]
        return type(tree)(*parts) if hasattr(tree, "_fields") else tuple(parts)
    return None if tree is None else function(tree)


def rebuild(tree: Any, values: Iterator[Any]) -> Any:
    """The nesting of `tree` filled with `values`."""
    return transform(lambda _: next(values), tree)
