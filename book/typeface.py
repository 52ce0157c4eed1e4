"""Cut the typefaces of the book out of IBM Plex Sans and Source Serif 4, as packages of npm have them.

    cd FOLDER && npm pack @ibm/plex-sans@1.1.0 source-serif@4.5.1
    python book/typeface.py FOLDER

Writes the files of compute_ledger/shared/typeface, the same bytes each time. Their licence, the SIL Open Font License,
reserves the names Plex and Source: what is cut out of them has to bear another.

Each style has the letters and the kerning that its task needs: charts need none, which are measured without it.
"""

import hashlib
import io
import sys
import tarfile
from dataclasses import dataclass
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont

from compute_ledger.shared.typeface import STYLES, TEXT_FACE, TYPEFACE, Typeface

# Names that say who made it and under what licence; all others are of the family, or advertisements.
KEPT_NAMES = {0: "copyright", 5: "version", 13: "licence", 14: "its address"}
Codes = tuple[tuple[int, int], ...]
# What English and French are written with, and what figures need.
PLAIN: Codes = (
    (0x20, 0x7E),
    *((0xA0, 0xA0), (0xA3, 0xA3), (0xA7, 0xA7), (0xAB, 0xAB), (0xB7, 0xB7), (0xBB, 0xBB), (0xD7, 0xD7)),
    *((code, code) for code in map(ord, "ÀÂÇÈÉÊËÎÏÔÙÛàáâäåæçèéêëíîïñóôöùúûüŒœ")),
    *((0x2009, 0x200A), (0x202F, 0x202F)),  # thin spaces
    *((0x2011, 0x2014), (0x2018, 0x2019), (0x201C, 0x201D), (0x2026, 0x2026)),  # hyphen, rules, quotes, dots
    *((0x20AC, 0x20AC), (0x2192, 0x2192), (0x2212, 0x2212), (0x2264, 0x2265)),  # euro, arrow, minus, bounds
)
# ... and what names and formulas in running text may have beside.
TEXT: Codes = (
    *PLAIN,
    *((0xA9, 0xA9), (0xAE, 0xAE), (0xB0, 0xB5), (0xBD, 0xBD), (0xBF, 0xFF)),
    *((0x160, 0x161), (0x178, 0x178), (0x17D, 0x17E)),
    *((0x2022, 0x2022), (0x2080, 0x2084), (0x2122, 0x2122)),
    *((0x394, 0x394), (0x3A3, 0x3A3), (0x2190, 0x2193), (0x2248, 0x2248), (0x2260, 0x2260)),
)
# ... and the names of a ledger: Latin Extended-A and Romanian letters.
NAMES: Codes = (*TEXT, (0x100, 0x131), (0x134, 0x137), (0x139, 0x13E), (0x141, 0x148), (0x14C, 0x17E), (0x218, 0x21B))


@dataclass(frozen=True)
class Cut:
    """One style: the file in a package that it is cut from, its letters, and whether pairs of them are kerned."""

    style: str
    path: str
    letters: Codes
    kerned: bool


@dataclass(frozen=True)
class Source:
    """A package of npm, packed, and what is cut out of it."""

    typeface: Typeface
    package: str
    sha256: str
    reserved: str
    licence: str
    cuts: tuple[Cut, ...]


SOURCES = (
    Source(
        TYPEFACE,
        "ibm-plex-sans-1.1.0.tgz",
        "c3818979c2a2c82927ea3e7c485e389a18de0b7462887dd4f7acc9a525568962",
        "Plex",
        "package/LICENSE.txt",
        (
            Cut("Regular", "package/fonts/complete/woff2/IBMPlexSans-Regular.woff2", NAMES, kerned=False),
            Cut("SemiBold", "package/fonts/complete/woff2/IBMPlexSans-SemiBold.woff2", NAMES, kerned=True),
        ),
    ),
    Source(
        TEXT_FACE,
        "source-serif-4.5.1.tgz",
        "19a448df98f4aa777de3452b0a1e29aa7ffe29252fe552c8a2d2531702d80746",
        "Source",
        "package/LICENSE.md",
        (
            Cut("Regular", "package/TTF/SourceSerif4-Regular.ttf", TEXT, kerned=True),
            Cut("SemiBold", "package/TTF/SourceSerif4-Semibold.ttf", PLAIN, kerned=False),
            Cut("Italic", "package/TTF/SourceSerif4-It.ttf", PLAIN, kerned=False),
        ),
    ),
)


def cut_all(source: Source, folder: Path) -> None:
    """Write the files of one typeface: a WOFF2 a style, the same as TTF for what is measured, and the licence."""
    path = folder / source.package
    if not path.is_file() or hashlib.sha256(path.read_bytes()).hexdigest() != source.sha256:
        sys.exit(f"no {path} with the SHA-256 {source.sha256}; npm pack makes it")
    if source.reserved in source.typeface.family:
        sys.exit(f"{source.typeface.family!r} uses the reserved name {source.reserved!r}; give it another")
    with tarfile.open(path) as package:
        for each in source.cuts:
            font = TTFont(io.BytesIO(_member(package, each.path)), recalcTimestamp=False)
            _write(font, source, each)
        licence = _member(package, source.licence).decode()
    lines = [line.rstrip() for line in licence.replace("\r\n", "\n").strip().split("\n")]
    source.typeface.licence.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _member(package: tarfile.TarFile, path: str) -> bytes:
    file = package.extractfile(path)
    if file is None:
        sys.exit(f"no file {path} in the package")
    return file.read()


def _write(font: TTFont, source: Source, each: Cut) -> None:
    options = subset.Options(
        layout_features=["kern"] if each.kerned else [],
        hinting=False,
        notdef_outline=True,
        recalc_timestamp=False,
        name_IDs=list(KEPT_NAMES),
        drop_tables=["DSIG", "FFTM", "GDEF", "GSUB", "gasp", "kern"],
    )
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=[code for first, last in each.letters for code in range(first, last + 1)])
    cutter.subset(font)
    _name(font, source, each.style)
    font.flavor = "woff2"
    font.save(source.typeface.file(each.style, "woff2"))
    if source.typeface == TYPEFACE:
        # What the WOFF2 holds, so that both have the same tables.
        whole = TTFont(source.typeface.file(each.style, "woff2"), recalcTimestamp=False)
        whole.flavor = None
        whole.save(source.typeface.file(each.style, "ttf"))


def _name(font: TTFont, source: Source, style: str) -> None:
    typeface = source.typeface
    font["OS/2"].usWeightClass = STYLES[style][0]
    postscript = typeface.file(style, "ttf").stem
    full = typeface.family if style == "Regular" else f"{typeface.family} {style}"
    package = source.package.removesuffix(".tgz")
    names = {1: typeface.family, 2: style, 3: f"{postscript}, cut out of {package}", 4: full, 6: postscript}
    kept = {number: font["name"].getDebugName(number) for number in KEPT_NAMES}
    font["name"].names = []
    for number, text in (kept | names).items():
        if text:
            font["name"].setName(text, number, 3, 1, 0x409)


if __name__ == "__main__":
    for each_source in SOURCES:
        cut_all(each_source, Path(sys.argv[1]) if len(sys.argv) > 1 else Path())
