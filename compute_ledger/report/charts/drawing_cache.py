"""Drawings by vl-convert, made once: kept by what they were drawn from and the version that drew them."""

import hashlib
import os
import zlib
from collections.abc import Callable
from functools import cache
from pathlib import Path

import compute_ledger
from compute_ledger.shared.typeface import TYPEFACE, WEIGHTS

FOLDER = "COMPUTE_LEDGER_DRAWINGS"  # where they are kept, if anywhere
DRAWERS = (
    "compute_ledger/report/charts/vega_svg.py",
    "compute_ledger/report/charts/standalone_pictures.py",
    "compute_ledger/shared/fonts.py",
)
_used: set[str] = set()


def cached(draw: Callable[[], bytes], *drawn_from: str) -> bytes:
    """What `draw` gives, which must depend on nothing but `drawn_from`; from the folder when it is there."""
    folder = os.environ.get(FOLDER)
    if not folder:
        return draw()
    from compute_ledger.report.cache.store import DRAWINGS, keep_bytes, read_bytes

    name = hashlib.sha256("\n".join([drawing_version(), *drawn_from]).encode()).hexdigest()
    _used.add(f"{DRAWINGS}/{name}")
    path = Path(folder) / DRAWINGS / name
    drawing = read_bytes(path)
    if drawing is None:
        drawing = draw()
        keep_bytes(drawing, path)
    return drawing


def used() -> list[str]:
    """Names of the drawings that were asked for since the last call, in the cache they are kept in."""
    names = sorted(_used)
    _used.clear()
    return names


@cache
def drawing_version() -> str:
    from importlib.metadata import version

    installed_in = Path(compute_ledger.__file__).parents[1]
    files = [*(installed_in / name for name in DRAWERS), *(TYPEFACE.file(weight, "ttf") for weight in WEIGHTS)]
    code = hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()
    return f"{version('vl-convert-python')} {zlib.ZLIB_RUNTIME_VERSION} {code}"
