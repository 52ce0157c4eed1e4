"""How charts look in a book, whoever made them: sizes, the colours of the page, a palette, quiet axes."""

from typing import Any

WIDTH, NARROW = 720, 340  # px
INK, MUTED, GRID, PAPER = (
    "var(--ink, #1b1b1b)",
    "var(--muted, #5c5c5c)",
    "var(--grid, #e2e2e2)",
    "var(--paper, #ffffff)",
)

# Each has a contrast of at least 3:1 against both pages (#ffffff and #14171a); labels never rely on colour alone.
BLUE, VERMILION, GREEN, PURPLE, GOLD, TEAL, RED, GREY, BROWN, VIOLET, OLIVE, SLATE = (
    "#1a7fc4",
    "#d55e00",
    "#0a9a6c",
    "#b8578f",
    "#b07a00",
    "#1b95a5",
    "#d1405a",
    "#7d7d7d",
    "#a0653a",
    "#7d6bd1",
    "#7c8b1e",
    "#5f83a1",
)
PALETTE = (BLUE, VERMILION, GREEN, PURPLE, GOLD, TEAL, RED, BROWN, VIOLET, OLIVE, SLATE)

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
    "rule": {"color": MUTED},
    "text": {"color": INK, "fontSize": 12},
}
