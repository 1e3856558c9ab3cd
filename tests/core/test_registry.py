"""A registry keeps its order, refuses a second entry under one key, and helps with a misspelt one."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gdsim.core.registry import Registry


@pytest.fixture
def fruit() -> Registry[int]:
    registry: Registry[int] = Registry("fruit")
    registry.add("pear", 3)
    registry.add("apple", 1)
    registry.add("medlar", 2)
    return registry


@given(st.lists(st.text(min_size=1), unique=True))
def test_walks_in_the_order_of_adding(keys):
    registry = Registry("thing")
    for number, key in enumerate(keys):
        registry.add(key, number)
    assert list(registry) == keys
    assert list(registry.values()) == list(range(len(keys)))
    assert len(registry) == len(keys)


def test_is_a_mapping_without_writing(fruit):
    assert isinstance(fruit, Mapping)
    assert fruit["apple"] == 1
    assert "apple" in fruit
    assert "plum" not in fruit
    with pytest.raises(TypeError):
        fruit["plum"] = 4


def test_refuses_a_second_entry_under_one_key(fruit):
    with pytest.raises(ValueError, match="already a fruit called 'apple'"):
        fruit.add("apple", 9)
    assert fruit["apple"] == 1


def test_add_and_register_give_the_entry_back(fruit):
    assert fruit.add("plum", 4) == 4

    @fruit.register("quince")
    def entry():
        return "yellow"

    assert fruit["quince"] is entry


@pytest.mark.parametrize(
    ("wrong", "hint"),
    [("aple", "did you mean 'apple'"), ("APPLE!", "there are pear, apple, medlar"), ("xyzzy", "there are pear, apple")],
)
def test_a_wrong_key_gets_a_sentence(fruit, wrong, hint):
    with pytest.raises(KeyError) as error:
        fruit[wrong]
    assert f"no fruit called {wrong!r}" in error.value.args[0]
    assert hint in error.value.args[0]


def test_get_has_a_default(fruit):
    assert fruit.get("plum") is None
    assert fruit.get("plum", 7) == 7


def test_shows_what_it_holds(fruit):
    assert repr(fruit) == "Registry('fruit': pear, apple, medlar)"
