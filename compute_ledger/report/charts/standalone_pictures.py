"""Charts that stand alone: the page's drawing with its title, note and source, as SVG and PNG, and the card of a page.

Colours are resolved to those of the light page. A file brings the book's typeface along: a picture in a page sees no
font of the page, and a reader's machine may have none as narrow, so that words would run out of the picture.
"""

import re
import struct
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from compute_ledger.report.charts.drawing_cache import cached
from compute_ledger.report.charts.svg_sanitiser import LETTERING, xml_text
from compute_ledger.report.errors import RenderError
from compute_ledger.shared.chart_look import key_below
from compute_ledger.shared.fonts import vl_convert
from compute_ledger.shared.typeface import faces, widths

INK, MUTED, PAPER = "#1b1b1b", "#5c5c5c", "#ffffff"
MARGIN_PX, PNG_SCALE = 16, 2
CARD_PX, LEAST_SCALE = (1200, 630), 0.6
SHAPES = {"16x9": (800, 450), "square": (500, 500)}  # by the end of a file's name, in px before they are enlarged
SHAPE_SCALE, LARGEST_SCALE, SHAPE_MARGIN_PX = {"16x9": 1.5, "square": 2}, 1.6, 20
COLOUR = re.compile(r'="(?:currentColor|var\(--[\w-]+(?:,\s*([^()"]*))?\))"')
BETWEEN_BREAKS = re.compile(r"[^ \t\n]+")
DRAWING = re.compile(r'<svg [^>]*?width="([\d.]+)" height="([\d.]+)".*?</desc>(.*)</svg>', re.DOTALL)

Entry = dict[str, Any]  # of a key: its form, colours and words


@dataclass(frozen=True)
class Words:
    """Lines of text of one kind: size in px, weight and colour."""

    text: str
    size: float
    colour: str = INK
    bold: bool = False
    gap: float = 0  # px above them

    def lines(self, width: float) -> list[str]:
        """The text broken to `width` px, never at a no-break space."""
        lines: list[str] = []
        for word in BETWEEN_BREAKS.findall(self.text):
            longer = f"{lines[-1]} {word}" if lines else word
            if lines and self.width_px(longer) <= width:
                lines[-1] = longer
            else:
                lines.append(word)
        return lines

    def width_px(self, text: str) -> float:
        return widths.width(text, self.size, bold=self.bold)


def standalone(
    svg: str, title: str, subtitle: str, key: Sequence[Entry], note: str, source: str, description: str
) -> str:
    """The `svg` of a page as a picture of its own on white: title, subtitle and key above it, note and source below."""
    width, height, drawing = _taken_apart(svg)
    above = [Words(title, 18, bold=True), Words(subtitle, 13, MUTED, gap=3)]
    below = [Words(note, 12, MUTED, gap=4), Words(source, 12, MUTED, gap=4)]
    head, top = _set(above, width, MARGIN_PX)
    swatches, top = key_below(key, MARGIN_PX, top + (4 if key else 0), width)
    foot, bottom = _set(below, width, top + height + 16)
    body = f'<g transform="translate({MARGIN_PX},{top + 8:g})">{drawing}</g>'
    return _framed(
        width + 2 * MARGIN_PX, bottom + MARGIN_PX, title, description, f"{head}{_resolved(swatches)}{body}{foot}"
    )


def shaped(
    shape: str, svgs: Sequence[str], title: str, subtitle: str, key: Sequence[Entry], source: str, description: str
) -> str:
    """A chart in one of SHAPES, for slides and posts: whole, as large as it fits, between its words and its source.

    Of its drawings `svgs` that one is taken which can be shown largest.
    """
    (width, height), left = SHAPES[shape], SHAPE_MARGIN_PX
    room = width - 2 * left
    head, top = _set([Words(title, 20, bold=True), Words(subtitle, 13, MUTED, gap=3)], room, left, left)
    swatches, top = key_below(key, left, top + (4 if key else 0), room)
    below = [Words(source, 12, MUTED)]
    bottom = height - left - _set(below, room, 0)[1]
    foot, _ = _set(below, room, bottom, left)
    high = max(bottom - top - 24, 1)

    def fitted(drawing: tuple[float, float, str]) -> float:
        return min(room / drawing[0], high / drawing[1], LARGEST_SCALE)

    drawing = max(map(_taken_apart, svgs), key=fitted)
    scale = fitted(drawing)
    across, down = left + (room - scale * drawing[0]) / 2, top + 12 + (high - scale * drawing[1]) / 2
    body = f'<g transform="translate({across:g},{down:g}) scale({scale:.4f})">{drawing[2]}</g>'
    return _framed(width, height, title, description, f"{head}{_resolved(swatches)}{body}{foot}")


def card(book: str, title: str, claim: str, figure: str, svg: str) -> str:
    """The picture that stands for a page elsewhere: its title, and its leading figure or else its first chart."""
    width, height = CARD_PX
    room, margin = width - 128, 64
    words = [Words(book, 26, MUTED), Words(title, 54, bold=True, gap=8), Words(claim, 30, MUTED, gap=18)]
    picture, top = _set(words, room, margin, margin)
    if figure:
        number, _ = _set([Words(figure, 120, bold=True, gap=24)], room, top, margin)
        picture += number
    elif svg:
        wide, high, drawing = _taken_apart(svg)
        # Whole where it can be read; a long chart runs out of the picture, as its page runs out of the screen.
        whole_scale = min(room / wide, (height - top - 56) / high)
        scale = whole_scale if whole_scale >= LEAST_SCALE else room / wide
        picture += f'<g transform="translate({margin},{top + 24:g}) scale({scale:.4f})">{drawing}</g>'
    return _framed(width, height, title, claim or book, picture)


def as_file(svg: str) -> bytes:
    """`svg`, one of ours, with the typeface in it: both weights, since its title is bold and its labels are not."""
    return svg.replace("</desc>", f"</desc><style>{faces()}</style>", 1).encode()


def png(svg: str, scale: float) -> bytes:
    """`svg`, one of ours, as PNG, its width and height times `scale`."""
    try:
        return cached(lambda: packed(_png(svg, scale)), "png", str(scale), svg)
    except ValueError as error:
        raise RenderError(f"a picture cannot be drawn: {str(error).splitlines()[0][:300]}") from error


def _png(svg: str, scale: float) -> bytes:
    return bytes(vl_convert().svg_to_png(svg, scale=scale))


def packed(picture: bytes) -> bytes:
    """A PNG with its pixels packed well: vl-convert packs for speed, which makes files four times as large."""
    parts: dict[bytes, bytes] = {}
    at = 8
    while at < len(picture):
        (length,) = struct.unpack_from(">I", picture, at)
        name = picture[at + 4 : at + 8]
        parts[name] = parts.get(name, b"") + picture[at + 8 : at + 8 + length]
        at += length + 12
    parts[b"IDAT"] = zlib.compress(zlib.decompress(parts[b"IDAT"]), 6)
    chunks = ((struct.pack(">I", len(data)), name + data) for name, data in parts.items())
    return picture[:8] + b"".join(size + body + struct.pack(">I", zlib.crc32(body)) for size, body in chunks)


def _taken_apart(svg: str) -> tuple[float, float, str]:
    """Width, height and drawing of a cleaned chart, its colours resolved."""
    parts = DRAWING.fullmatch(svg)
    if not parts:
        raise RenderError(f"not a drawing of ours: {svg[:80]!r}")
    return float(parts[1]), float(parts[2]), _resolved(parts[3])


def _resolved(drawing: str) -> str:
    """A drawing in the colours of the light page."""
    return COLOUR.sub(lambda colour: f'="{colour[1] or INK}"', drawing)


def _set(words: Sequence[Words], width: float, top: float, left: float = MARGIN_PX) -> tuple[str, float]:
    """Lines of text set below `top`, and where they end."""
    line_elements = []
    for passage in words:
        lines = passage.lines(width)
        top += passage.gap if lines else 0
        for line in lines:
            weight = ' font-weight="bold"' if passage.bold else ""
            line_elements.append(
                f'<text x="{left:g}" y="{top + passage.size:g}" font-size="{passage.size:g}" '
                f'fill="{passage.colour}"{weight}>'
                f"{xml_text(line)}</text>"
            )
            top += round(passage.size * 1.3, 1)
    return "".join(line_elements), round(top, 1)


def _framed(width: float, height: float, title: str, description: str, inner: str) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-labelledby="title" aria-describedby="desc" '
        f'width="{width:g}" height="{height:g}" viewBox="0 0 {width:g} {height:g}" {LETTERING}>'
        f'<title id="title">{xml_text(title)}</title><desc id="desc">{xml_text(description)}</desc>'
        f'<rect width="{width:g}" height="{height:g}" fill="{PAPER}"/>{inner}</svg>'
    )
