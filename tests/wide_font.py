"""A font whose letters are twice as wide as high, for machines on which text takes more room than was measured."""

from pathlib import Path

from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen

LETTERS = [*map(chr, range(0x20, 0x17F)), *"Ж日“”’–—…−→×Σ"]


def wide_font(family: str, path: Path, flavour: str | None = None) -> None:
    """Write a font of that `family`; as WOFF2 if the `flavour` is woff2."""
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


def machine_with(family: str, home: Path) -> dict[str, str]:
    """The environment of a machine that has no font but a wide one of that `family`; `home` is an empty folder."""
    (home / "fonts").mkdir()
    wide_font(family, home / "fonts/wide.ttf")
    fonts = f"<fontconfig><dir>{home}/fonts</dir><cachedir>{home}/cache</cachedir></fontconfig>"
    (home / "fonts.conf").write_text(fonts)
    return {"HOME": str(home), "FONTCONFIG_FILE": str(home / "fonts.conf")}
