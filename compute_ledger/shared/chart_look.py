"""How charts look in a book, whoever made them: sizes, the colours of the page, a palette, quiet axes."""

from typing import Any

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
