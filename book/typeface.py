"""Cut the typeface of the charts out of Liberation Sans, as Debian's package fonts-liberation2 2.1.5 has it.

    python book/typeface.py FOLDER     # where LiberationSans-Regular.ttf and -Bold.ttf are: `dpkg -L fonts-liberation2`

Writes the files of compute_ledger/shared/typeface, the same bytes each time. Its licence, the SIL Open Font License,
reserves the name Liberation: what is cut out of it has to bear another.
"""

import sys
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont

from compute_ledger.shared.typeface import TYPEFACE, WEIGHTS

PACKAGE, VERSION = "fonts-liberation2", "Version 2.1.5"
RESERVED = "Liberation"
# Names that say who made it and under what licence; all others are of the family, or advertisements.
KEPT_NAMES = {0: "copyright", 5: "version", 13: "licence", 14: "its address"}
# What English, its neighbours and the names in a ledger are written with, and what figures need.
LETTERS = (
    (0x20, 0x7E),
    (0xA0, 0x17F),  # Latin-1, Latin Extended-A
    *((0x192, 0x192), (0x218, 0x21B), (0x1E9E, 0x1E9E)),  # florin, Romanian letters, capital sharp s
    *((0x2C6, 0x2C7), (0x2D8, 0x2DD)),  # accents on their own
    *((0x394, 0x394), (0x3A3, 0x3A3), (0x3A9, 0x3A9), (0x3BC, 0x3BC), (0x3C0, 0x3C0)),  # Greek of formulas
    *((0x2002, 0x200A), (0x2010, 0x2022), (0x2026, 0x2026), (0x202F, 0x202F)),  # spaces, dashes, quotes, dots
    *((0x2030, 0x2030), (0x2032, 0x2033), (0x2039, 0x203A), (0x2044, 0x2044)),  # per mille, primes, quotes, slash
    *((0x2070, 0x208E), (0x20A0, 0x20BF)),  # raised and lowered figures, currencies
    *((0x2113, 0x2113), (0x2116, 0x2117), (0x2122, 0x2122), (0x2126, 0x2126)),  # litre, numero, marks, ohm
    *((0x2153, 0x215E), (0x2190, 0x2195), (0x21D4, 0x21D4)),  # fractions, arrows
    *((0x2202, 0x2206), (0x220F, 0x221E), (0x2229, 0x222B), (0x2248, 0x2265)),  # mathematical signs, minus
    *((0x25A0, 0x25A1), (0x25B2, 0x25CF)),  # squares, triangles, diamonds, rings
)


def cut(source: Path, weight: str) -> None:
    """Write the WOFF2 and the TTF of one weight; the TTF is what the WOFF2 holds, so that both have the same tables."""
    font = TTFont(source, recalcTimestamp=False)
    if font["name"].getDebugName(5) != VERSION:
        sys.exit(f"{source} is {font['name'].getDebugName(5)!r}, not {VERSION!r} as in {PACKAGE}; unpack that one")
    options = subset.Options(
        layout_features=["kern"],
        hinting=False,
        notdef_outline=True,
        recalc_timestamp=False,
        name_IDs=list(KEPT_NAMES),
        drop_tables=["DSIG", "FFTM", "GDEF", "GSUB", "gasp", "kern"],
    )
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=[code for first, last in LETTERS for code in range(first, last + 1)])
    cutter.subset(font)
    _name(font, weight)
    font.flavor = "woff2"
    font.save(TYPEFACE.file(weight, "woff2"))
    whole = TTFont(TYPEFACE.file(weight, "woff2"), recalcTimestamp=False)
    whole.flavor = None
    whole.save(TYPEFACE.file(weight, "ttf"))


def _name(font: TTFont, weight: str) -> None:
    postscript = TYPEFACE.file(weight, "ttf").stem
    full = TYPEFACE.family if weight == "Regular" else f"{TYPEFACE.family} {weight}"
    names = {1: TYPEFACE.family, 2: weight, 3: f"{postscript}, cut out of {PACKAGE}", 4: full, 6: postscript}
    for number, text in names.items():
        for platform, encoding, language in ((1, 0, 0), (3, 1, 0x409)):
            font["name"].setName(text, number, platform, encoding, language)
    if RESERVED in TYPEFACE.family:
        sys.exit(
            f"{TYPEFACE.family!r} uses the reserved name {RESERVED!r}; give another in compute_ledger/shared/typeface"
        )


if __name__ == "__main__":
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path()
    for each in WEIGHTS:
        path = folder / f"LiberationSans-{each}.ttf"
        if not path.is_file():
            sys.exit(f"no {path}; install {PACKAGE} and name its folder")
        cut(path, each)
