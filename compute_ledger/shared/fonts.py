"""Which fonts programs see: vl-convert our typeface and those it carries, a printer of pages also the machine's.

vl-convert would look through every font of the machine for every text that it measures: without those a text is as
wide on every machine, and a chart takes half the time. Letters that the typeface lacks (Greek, Cyrillic) come from the
fonts that it carries; those that they lack (Chinese, Japanese, Korean) are boxes in a PNG. In an SVG the reader's
browser draws both.
"""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any
from xml.sax.saxutils import escape

from compute_ledger.shared.typeface import FOLDER, TYPEFACE

CONFIGURATION = "FONTCONFIG_FILE"
# It has to name a folder, or all the usual ones are searched; there is none of this name beside it.
NO_FONTS = '<dir prefix="relative">none</dir>'
USUAL = "/etc/fonts/fonts.conf"
LAST_FAMILY = f"<string>{escape(TYPEFACE.family)}</string>"
LAST = f'<match target="pattern"><edit name="family" mode="append_last">{LAST_FAMILY}</edit></match>'
NOTHING = '<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>'


@cache
def vl_convert() -> Any:
    """The module, its fonts settled: it looks for them once, when it first draws."""
    import vl_convert

    with _configured(NO_FONTS):
        vl_convert.svg_to_png(NOTHING)
    vl_convert.register_font_directory(str(FOLDER))
    return vl_convert


@contextmanager
def never_none() -> Iterator[None]:
    """Our typeface beside the fonts of the machine: where that has none, a browser prints pages without their text.

    It comes last for any family that is asked for, also serif: Chromium would look for one without end.
    """
    usual = escape(os.environ.get(CONFIGURATION) or USUAL)
    with _configured(f'<include ignore_missing="yes">{usual}</include><dir>{escape(str(FOLDER))}</dir>{LAST}'):
        yield


@contextmanager
def _configured(fonts: str) -> Iterator[None]:
    """Fontconfig, in this process and those it starts, sees these fonts until the block ends, if it looks in it."""
    previous_configuration = os.environ.get(CONFIGURATION)
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "fonts.conf")
        with open(path, "w", encoding="utf-8") as file:
            file.write(f"<fontconfig>{fonts}</fontconfig>")
        os.environ[CONFIGURATION] = path
        try:
            yield
        finally:
            del os.environ[CONFIGURATION]
            if previous_configuration is not None:
                os.environ[CONFIGURATION] = previous_configuration
