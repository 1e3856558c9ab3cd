"""Every edge at work says local × upstream = contribution, in any graph and window: checked in the places found."""

from __future__ import annotations

import random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtGui import QFont, QFontMetricsF

from gdsim.app.plots.graph_canvas import LEGEND, GraphCanvas
from gdsim.app.plots.graph_edge_drawing import product_pieces
from gdsim.app.plots.graph_ink import pixel_size
from gdsim.app.plots.graph_picture import product_text
from gdsim.app.plots.graph_plan import taken_by_boxes
from gdsim.app.tabs.backprop.graph_shown import GraphShown
from gdsim.core.backprop import EXAMPLES
from gdsim.core.backprop.tracing import compute
from gdsim.core.backprop.walk import walk

WIDGETS = [(680, 582), (772, 482)]
"""What a window of 1280 × 800 and one of 1100 × 700 leave for the graph."""


def random_statements(seed: int, vertices: int) -> str:
    """So many operations, each of one or two values made before, later ones preferred."""
    chance = random.Random(seed)
    names, lines = [f"x{n}" for n in range(1, 2 + vertices // 8)], []
    for number in range(1, vertices - len(names) + 1):
        one, other = (names[-min(len(names), 1 + int(chance.expovariate(0.2)))] for _ in range(2))
        rule = chance.choice(["{} + {}", "{}*{}", "{} - {}", "tanh({})", "{}*{}"])
        lines.append(f"v{number} = {rule.format(one, other)}")
        names.append(f"v{number}")
    return "\n".join(lines)


def check(themes, text: str, inputs=None) -> None:
    shown, canvas, steps = GraphShown(), GraphCanvas(themes), walk(compute(text, inputs or {}))
    for size in WIDGETS:
        for index in range(steps.last + 1):
            canvas.picture = shown.picture(steps, steps.state(index), None)
            check_step(canvas, size)


def check_step(canvas: GraphCanvas, size: tuple[int, int]) -> None:
    plan, picture, view = canvas.plan(*size), canvas.picture, canvas.fit(*size)
    words = canvas.words(plan, view.zoom)
    notes = canvas.notes(plan, words)
    font = QFont(canvas.themes.font())
    font.setPixelSize(pixel_size(plan.detail.edge_font, words.zoom, 1.0))
    width = QFontMetricsF(font).horizontalAdvance
    rects = [place.rect for place in (*notes.notes.values(), *notes.words.values(), *notes.counts.values())]
    solid = taken_by_boxes(picture, plan.layout, 1.0)
    assert not notes.foot
    for number, edge in enumerate(picture.edges):
        if not (edge.working and edge.carries and edge.reached):
            continue
        if number in notes.notes:
            place = notes.notes[number].rect
            seen = view.seen(place)
            assert min(seen.x, seen.y, size[0] - seen.right, size[1] - seen.bottom) >= 0.0
        else:
            place = notes.words[number].rect
            if edge.contribution is not None:
                assert words.products
                painted = product_pieces(edge, width, words.zoom * place.width)
                assert "".join(text for text, _ in painted) == product_text(edge)
        assert not any(place.overlap(box) > 0.0 for box in solid)
        assert sum(place.overlap(other) > 0.0 for other in rects) == 1  # itself


@pytest.mark.parametrize("key", list(EXAMPLES))
def test_in_every_example_every_edge_at_work_says_its_whole_product(key, themes):
    check(themes, EXAMPLES[key].text, EXAMPLES[key].inputs)


@settings(max_examples=2, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, 10**6), st.integers(20, 60))
def test_in_a_graph_of_up_to_sixty_values_too(themes, seed, vertices):
    check(themes, random_statements(seed, vertices))


def test_zoomed_in_notes_stand_in_sight(themes):
    canvas, steps = GraphCanvas(themes), walk(compute(EXAMPLES["network"].text, EXAMPLES["network"].inputs))
    width, height = WIDGETS[0]
    for index in range(steps.last - 12, steps.last + 1):
        canvas.picture = GraphShown().picture(steps, steps.state(index), None)
        plan = canvas.plan(width, height)
        view = canvas.fit(width, height).zoomed(2.0, 200.0, 300.0)
        notes = canvas.notes(plan, canvas.words(plan, view.zoom), canvas.in_sight(plan, view, width, height))
        for place in notes.notes.values():
            seen = view.seen(place.rect)
            assert min(seen.x, seen.y, width - seen.right, height - LEGEND - seen.bottom) >= 0.0
    assert canvas.in_sight(plan, canvas.fit(width, height), width, height) is None
