"""How charts look in a book, whoever made them: sizes, the colours of the page, a palette, quiet axes, drawn keys."""

from collections.abc import Sequence
from typing import Any
from xml.sax.saxutils import escape

from compute_ledger.shared.typeface import widths

WIDTH, NARROW = 720, 340  # px
INK, MUTED, GRID, PAPER = (
    "var(--ink, #1b1b1b)",
    "var(--muted, #5c5c5c)",
    "var(--grid, #e2e2e2)",
    "var(--paper, #ffffff)",
)

# Each has a contrast of at least 3:1 against white; on a dark page it is drawn as what stands beside it, which has that
# against #14171a. Suppliers that lie one upon another differ in lightness, so that they do for the colour-blind and in
# grey print too; labels never rely on colour alone.
BLUE, VERMILION, GREEN, PURPLE, GOLD, TEAL, RED, GREY, BROWN, VIOLET, OLIVE, SLATE = (
    "#136dbf",
    "#e27505",
    "#107537",
    "#ca72c3",
    "#9b7e0e",
    "#1c9898",
    "#900528",
    "#87898c",
    "#68381b",
    "#5627a8",
    "#667403",
    "#405d6f",
)
# No supplier's: what a page has chosen or comes last, and bars of nobody.
ACCENT, PLAIN = "#a7025b", "#7a91a0"
PALETTE = (BLUE, VERMILION, GREEN, PURPLE, GOLD, TEAL, RED, BROWN, VIOLET, OLIVE, SLATE)
ON_DARK = {
    BLUE: "#56a7fd",
    VERMILION: "#ffc6a0",
    GREEN: "#4ea766",
    PURPLE: "#fec6f7",
    GOLD: "#dcb840",
    TEAL: "#64dfd8",
    RED: "#dc374f",
    GREY: "#7f8184",
    BROWN: "#956143",
    VIOLET: "#845ee1",
    OLIVE: "#9dae47",
    SLATE: "#7190a3",
    ACCENT: "#ff97b5",
    PLAIN: "#637a88",
}


def on_page(colour: str) -> str:
    """A colour as a page draws it: one of ours by the name that its dark theme gives another value to."""
    return f"var(--c{colour[1:]}, {colour})" if colour in ON_DARK else colour


def dark_rules() -> str:
    """The rules of CSS that give the names of `on_page` their dark values: by the system, or by the reader's choice."""
    values = "; ".join(f"--c{light[1:]}: {dark}" for light, dark in ON_DARK.items())
    return (
        f'@media screen and (prefers-color-scheme: dark) {{ :root:not([data-theme="light"]) {{ {values} }} }}\n'
        f'@media screen {{ :root[data-theme="dark"] {{ {values} }} }}'
    )


# How a key shows each form: from `x`, `w` px wide with its middle at `m`, in the colour `c`, in a box 12 px high.
BOX_PX, POINT_PX, BOX_HEIGHT_PX = 22, 12, 12
_RECT = '<rect x="{x:g}" y="1" width="{w:g}" height="10" '
_DISC = '<circle cx="{m:g}" cy="6" '
_SQUARE = '<path d="M{m:g} 2h4v8h-8v-8z" '
_DIAMOND = '<path d="M{m:g} 1l5 5l-5 5l-5 -5z" '
_ACROSS, _UPRIGHT = (
    '<path d="M{x:g} 6h{w:g}" fill="none" stroke="{c}" ',
    '<path d="M{m:g} 0v12" fill="none" stroke="{c}" ',
)
_POINTS = {
    "dot": _DISC + 'r="4.5" fill="{c}"/>',
    "ring": _DISC + 'r="4" fill="none" stroke="{c}" stroke-width="2"/>',
    "square": _SQUARE + 'fill="{c}"/>',
    "hollow square": _SQUARE + 'fill="none" stroke="{c}" stroke-width="1.6"/>',
    "diamond": _DIAMOND + 'fill="{c}"/>',
    "hollow diamond": _DIAMOND + 'fill="none" stroke="{c}" stroke-width="1.8"/>',
    "tick": _UPRIGHT + 'stroke-width="2"/>',
    "dotted upright line": _UPRIGHT + 'stroke-width="1.4" stroke-dasharray="2 3"/>',
}
KEY_FORMS = _POINTS | {
    "bar": _RECT + 'fill="{c}"/>',
    "pale bar": _RECT + 'fill="{c}" fill-opacity="0.4" stroke="{c}"/>',
    "faint bar": _RECT + 'fill="{c}" fill-opacity="0.2" stroke="{c}"/>',
    "hollow bar": _RECT + 'fill="none" stroke="{c}" stroke-width="1.6"/>',
    "dashed bar": _RECT + 'fill="none" stroke="{c}" stroke-width="1.4" stroke-dasharray="3 3"/>',
    "line": _ACROSS + 'stroke-width="2"/>',
    "thin line": _ACROSS + 'stroke-width="1.2"/>',
    "thick line": _ACROSS + 'stroke-width="3.5"/>',
    "dashed line": _ACROSS + 'stroke-width="2" stroke-dasharray="4 2"/>',
}


def swatch(form: str, colours: Sequence[str]) -> tuple[str, int]:
    """The elements of SVG that show a form in one colour or, side by side, in several; and how wide they are in px."""
    one = POINT_PX if form in _POINTS or len(colours) > 1 else BOX_PX
    boxes = ((place * one + 1, colour) for place, colour in enumerate(colours))
    drawn = (KEY_FORMS[form].format(x=x, w=one - 2, m=x - 1 + one / 2, c=on_page(colour)) for x, colour in boxes)
    return "".join(drawn), one * len(colours)


def key_below(key: Sequence[dict[str, Any]], left: float, top: float, width: float) -> tuple[str, float]:
    """The entries of a key (`form`, `colours`, `words`) in lines of a picture `width` px wide, and where they end."""
    size, line, apart = 12, 18, 16
    parts, x, y = [], left, top
    for entry in key:
        drawn, wide = swatch(entry["form"], entry["colours"])
        room = wide + 6 + widths.width(entry["words"], size)
        if x > left and x + room > left + width:
            x, y = left, y + line
        parts.append(
            f'<g transform="translate({x:g},{y + 3:g})">{drawn}</g>'
            f'<text x="{x + wide + 6:g}" y="{y + 13:g}" font-size="{size}" fill="{INK}">{escape(entry["words"])}</text>'
        )
        x += room + apart
    return "".join(parts), y + line if key else top


# The `config` of a Vega-Lite specification.
CONFIG: dict[str, dict[str, Any]] = {
    "view": {"stroke": None},
    "axis": {
        "domainColor": GRID,
        "gridColor": GRID,
        "labelColor": MUTED,
        "labelFontSize": 12,
        "tickColor": GRID,
        "titleColor": MUTED,
        "titleFontSize": 12,
        "titleFontWeight": "normal",
    },
    "axisYDiscrete": {"labelPadding": 6},
    "rule": {"color": MUTED},
    "text": {"color": INK, "fontSize": 12},
}
