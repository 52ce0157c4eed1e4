"""vl-convert with our typeface, the fonts that it carries and no others, so that a text is as wide on every machine.

It would look through every font of the machine for every text that it measures: without those a chart takes half the
time. Letters that the typeface lacks (Greek, Cyrillic) come from the fonts that it carries; those that they lack
(Chinese, Japanese, Korean) are boxes in a PNG. In an SVG the reader's browser draws both.
"""

import os
import tempfile
from functools import cache
from typing import Any

from compute_ledger.typeface import FOLDER

CONFIGURATION = "FONTCONFIG_FILE"
# It has to name a folder, or all the usual ones are searched; there is none of this name beside it.
NO_FONTS = b'<fontconfig><dir prefix="relative">none</dir></fontconfig>'
NOTHING = '<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>'


@cache
def vl_convert() -> Any:
    """The module, its fonts settled: it looks for them once, when it first draws."""
    import vl_convert

    before = os.environ.get(CONFIGURATION)
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "fonts.conf")
        with open(path, "wb") as file:
            file.write(NO_FONTS)
        os.environ[CONFIGURATION] = path
        try:
            vl_convert.svg_to_png(NOTHING)
        finally:
            del os.environ[CONFIGURATION]
            if before is not None:
                os.environ[CONFIGURATION] = before
    vl_convert.register_font_directory(str(FOLDER))
    return vl_convert
