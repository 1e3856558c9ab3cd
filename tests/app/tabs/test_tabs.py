from __future__ import annotations

import subprocess
import sys

from gdsim.app.tabs import TABS
from gdsim.app.widgets.tab_frame import TabFrame


def test_tabs_are_listed_in_the_order_of_a_course():
    places = [spec.place for spec in TABS.values()]
    assert places == sorted(places)
    assert TABS["descend"].title == "Descend"


def test_every_tab_can_be_made_and_driven(context, shown):
    for spec in TABS.values():
        tab = shown(spec.make(context), 1280, 740)
        assert isinstance(tab, TabFrame)
        tab.advance(2)
        assert tab.pictures()
        assert tab.table() is not None
        tab.restore_state(tab.save_state())
        assert tab.sentence.text
        tab.stop()


def test_listing_the_tabs_loads_nothing_that_draws():
    code = "import sys; import gdsim.app.tabs; assert not {'pyqtgraph', 'ziamath'} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)
