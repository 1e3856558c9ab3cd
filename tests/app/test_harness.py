"""What the tests themselves promise: a widget that is shown lives until its test has ended."""

from __future__ import annotations

import gc
import weakref

from PySide6.QtWidgets import QWidget
from shiboken6 import isValid


def test_a_shown_widget_outlives_the_variables_of_the_test(shown):
    widget = QWidget()
    widget.circle = widget  # only the collector would take it away, as it would a tab
    reference = weakref.ref(shown(widget, 40, 40))
    del widget
    gc.collect()
    kept = reference()
    assert kept is not None
    assert isValid(kept)
    del kept.circle
