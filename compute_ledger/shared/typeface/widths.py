"""How wide text is in the typeface, by the font's own table of widths.

Pairs of letters that are set closer (kerning) are not: a text is drawn at most as wide as said here.
"""

import struct
from functools import cache

from compute_ledger.shared.typeface import TYPEFACE

MISSING = 1.0  # as wide as high: no letter that another font has to draw is often wider


def width(text: str, size: float, *, bold: bool = False) -> float:
    """Width in px of one line of `text` in letters of `size` px."""
    widths = letter_widths("SemiBold" if bold else "Regular")
    return size * sum(widths.get(letter, MISSING) for letter in text)


@cache
def letter_widths(weight: str) -> dict[str, float]:
    """The width of every letter of a weight, in parts of its size."""
    font = TYPEFACE.file(weight, "ttf").read_bytes()
    tables = _tables(font)
    (units,) = struct.unpack_from(">H", font, tables["head"] + 18)
    (measured,) = struct.unpack_from(">H", font, tables["hhea"] + 34)
    # From the last one measured on, all glyphs are equally wide.
    widths = struct.unpack_from(">" + "Hxx" * measured, font, tables["hmtx"])
    glyphs = _glyphs(font, tables["cmap"])
    return {chr(code): widths[min(glyph, measured - 1)] / units for code, glyph in glyphs.items()}


def _tables(font: bytes) -> dict[str, int]:
    """Where each table of an OpenType font begins."""
    (count,) = struct.unpack_from(">H", font, 4)
    records = struct.iter_unpack(">4s4xI4x", font[12 : 12 + 16 * count])
    return {name.decode(): offset for name, offset in records}


def _glyphs(font: bytes, cmap: int) -> dict[int, int]:
    """Code -> glyph, of the first table of format 4, which has all codes that two bytes can hold."""
    (count,) = struct.unpack_from(">H", font, cmap + 2)
    records = struct.iter_unpack(">4xI", font[cmap + 4 : cmap + 4 + 8 * count])
    start = next(cmap + at for (at,) in records if font[cmap + at : cmap + at + 2] == b"\0\4")
    (twice,) = struct.unpack_from(">H", font, start + 6)
    line = f">{twice // 2}H"
    ends, firsts, deltas, ranges = (
        struct.unpack_from(line, font, start + 14 + shift) for shift in (0, twice + 2, 2 * twice + 2, 3 * twice + 2)
    )
    glyphs = {}
    for i, (first, end, delta, places) in enumerate(zip(firsts, ends, deltas, ranges, strict=True)):
        for code in range(first, end + 1):
            glyph = code
            if places:
                (glyph,) = struct.unpack_from(">H", font, start + 16 + 3 * twice + 2 * i + places + 2 * (code - first))
            if glyph and (glyph + delta) % 65536:
                glyphs[code] = (glyph + delta) % 65536
    return glyphs
