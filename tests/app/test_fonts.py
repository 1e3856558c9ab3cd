from __future__ import annotations

import os
import subprocess
import sys

from gdsim.app.fonts import ensure_letters, has_letters

_TRY = """
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QApplication
from gdsim.app.fonts import NO_LETTERS, ensure_letters, has_letters
application = QApplication(["gdsim"])
assert not has_letters()
assert ensure_letters() == NO_LETTERS
assert has_letters()
def drawn(text):
    image = QImage(40, 40, QImage.Format.Format_RGB32)
    image.fill(QColor("white"))
    painter = QPainter(image)
    painter.drawText(5, 30, text)
    painter.end()
    return image
assert len({bytes(drawn(letter).constBits()) for letter in "aλ∇−₂"}) == 5, "all the same empty box"
"""


def test_here_nothing_is_borrowed(qapp):
    assert has_letters()
    assert ensure_letters() == ""


def test_without_a_font_that_writes_one_is_borrowed(tmp_path):
    (tmp_path / "fonts.conf").write_text('<?xml version="1.0"?><fontconfig></fontconfig>')
    environment = os.environ | {"FONTCONFIG_FILE": str(tmp_path / "fonts.conf"), "QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run([sys.executable, "-c", _TRY], env=environment, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
