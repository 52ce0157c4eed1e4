"""How long a page is with everything folded, and how much of a chapter is charts: a report, not its apparatus."""

from pathlib import Path

import pytest

from .visit import Tabs

WIDE_PX, NARROW_PX = 1280, 375
MOST_PX = {WIDE_PX: 9_000, NARROW_PX: 12_000}
LEAST_CHARTS = 0.25
# The first page has two charts, evidence and method are about rows and formulas.
NOT_DRAWN = ("index", "evidence", "method")
MOST_ROW_PX = {WIDE_PX: 48, NARROW_PX: 72}


@pytest.mark.parametrize("width", MOST_PX)
def test_a_chapter_is_read_in_one_sitting(tabs: Tabs, addresses: dict[str, str], chapter_name: str, width: int):
    with tabs.visit(addresses["file"] + chapter_name, width) as page:
        height = page.tab.evaluate("document.documentElement.scrollHeight")
        rows = page.tab.evaluate("[...document.querySelectorAll('.row')].map((row) => row.offsetHeight)")
    assert height <= MOST_PX[width], f"{height} px high at a width of {width}"
    assert all(row <= MOST_ROW_PX[width] for row in rows), f"rows below charts of {rows} px"


def test_a_quarter_of_a_chapter_is_charts(tabs: Tabs, addresses: dict[str, str], new_page_name: str):
    slug = Path(new_page_name).stem
    with tabs.visit(addresses["file"] + new_page_name, WIDE_PX) as page:
        drawn, text = page.tab.evaluate(
            "[[...document.querySelectorAll('.wide-chart')].reduce((sum, chart) => sum + chart.offsetHeight, 0),"
            " document.querySelector('main').offsetHeight]"
        )
    if drawn and slug not in NOT_DRAWN:
        assert drawn / text >= LEAST_CHARTS, f"{drawn / text:.0%} charts"
