from __future__ import annotations

import pytest
from PySide6.QtGui import QColor, QIcon

from gdsim.app.icons import application_icon, icon
from gdsim.app.resources import resource, resource_text, resources_folder

DRAWN = sorted(path.stem for path in (resources_folder() / "icons").glob("*.svg"))
OWN_COLOURS = {"gdsim", "check-light", "check-dark"}


def ink(image):
    return [
        image.pixelColor(x, y)
        for x in range(image.width())
        for y in range(image.height())
        if image.pixelColor(x, y).alpha()
    ]


@pytest.mark.parametrize("name", sorted(set(DRAWN) - OWN_COLOURS))
def test_an_icon_is_drawn_in_the_colour_asked_for(qapp, name):
    pixels = ink(icon(name, "#0B63C5").pixmap(20, 20).toImage())
    assert 15 <= len(pixels) <= 250
    solid = [pixel for pixel in pixels if pixel.alpha() == 255]
    assert all(
        abs(a - b) <= 2 for pixel in solid for a, b in zip(pixel.getRgb(), QColor("#0B63C5").getRgb(), strict=True)
    )


@pytest.mark.parametrize("name", sorted(set(DRAWN) - OWN_COLOURS))
def test_icons_are_one_family(name):
    text = resource_text("icons", f"{name}.svg")
    assert 'viewBox="0 0 20 20"' in text
    assert 'stroke-width="1.5"' in text
    assert 'stroke="currentColor"' in text


def test_a_disabled_icon_is_paler(qapp):
    drawn = icon("play", "#000000", "#FFFFFF")
    normal = min(pixel.lightness() for pixel in ink(drawn.pixmap(20, 20).toImage()))
    pale = min(pixel.lightness() for pixel in ink(drawn.pixmap(20, 20, QIcon.Mode.Disabled).toImage()))
    assert normal < 20
    assert pale > 120


def test_the_application_has_an_icon(qapp):
    assert len(ink(application_icon().pixmap(64, 64).toImage())) > 2000


def test_resources_are_found_beside_the_checkout():
    assert resource("icons", "play.svg").is_file()
