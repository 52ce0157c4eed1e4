"""Fonts of the machines that tests run on: what one happens to have decides about no test, and hides no fault."""

from pathlib import Path

from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont

from compute_ledger.shared.typeface import TYPEFACE, WEIGHTS

LETTERS = [*map(chr, range(0x20, 0x17F)), *"Ж日“”’–—…−→×Σ"]
WIDER = 1.15  # than that of the charts: as the DejaVu that a bare Linux has


def plain_machine(home: Path) -> dict[str, str]:
    """The environment of a machine with one family for text, regular and bold; `home` is an empty folder."""
    (home / "fonts").mkdir()
    for weight in WEIGHTS:
        font = TTFont(TYPEFACE.file(weight, "ttf"))
        advances = font["hmtx"].metrics
        advances.update({glyph: (round(wide * WIDER), left) for glyph, (wide, left) in advances.items()})
        for number, name in ((1, "Plain"), (4, f"Plain {weight}"), (6, f"Plain-{weight}")):
            font["name"].removeNames(nameID=number)
            font["name"].setName(name, number, 3, 1, 0x409)
        font.save(home / f"fonts/{weight}.ttf")
    return _environment(home)


def machine_with(family: str, home: Path) -> dict[str, str]:
    """The environment of a machine that has nothing but a `wide_font` of that family; `home` is an empty folder."""
    (home / "fonts").mkdir()
    wide_font(family, home / "fonts/wide.ttf")
    return _environment(home)


def wide_font(family: str, path: Path, flavour: str | None = None) -> None:
    """Write a font whose letters are black and twice as wide as high; as WOFF2 if the `flavour` is woff2."""
    pen = TTGlyphPen(None)
    pen.moveTo((0, 0))
    for corner in ((0, 700), (1900, 700), (1900, 0)):
        pen.lineTo(corner)
    pen.closePath()
    square = pen.glyph()
    glyphs = {f"u{ord(letter):04x}": ord(letter) for letter in LETTERS}
    order = [".notdef", *glyphs]
    builder = FontBuilder(1000, isTTF=True)
    builder.setupGlyphOrder(order)
    builder.setupCharacterMap({code: glyph for glyph, code in glyphs.items()})
    builder.setupGlyf(dict.fromkeys(order, square))
    builder.setupHorizontalMetrics(dict.fromkeys(order, (2000, 0)))
    builder.setupHorizontalHeader(ascent=800, descent=-200)
    # vl-convert passes over a font without a PostScript name.
    postscript = f"{family}-Regular".replace(" ", "")
    builder.setupNameTable({"familyName": family, "styleName": "Regular", "psName": postscript})
    builder.setupOS2(sTypoAscender=800, usWinAscent=800, usWinDescent=200)
    builder.setupPost()
    builder.font.flavor = flavour
    builder.save(path)


def _environment(home: Path) -> dict[str, str]:
    fonts = f"<fontconfig><dir>{home}/fonts</dir><cachedir>{home}/cache</cachedir></fontconfig>"
    (home / "fonts.conf").write_text(fonts)
    return {"FONTCONFIG_FILE": str(home / "fonts.conf")}
