"""Miniatures of charts: marks alone, small and silent."""

from compute_ledger.report.charts.miniature import miniature

CHART = (
    '<svg xmlns="http://www.w3.org/2000/svg" class="chart" role="img" aria-labelledby="a-title" '
    'width="340" height="90" viewBox="0 0 340 90"><title id="a-title">A &amp; B</title><desc>Words</desc>'
    '<g transform="translate(56,4.49)"><g stroke="var(--grid, #e2e2e2)"><line x2="279"/></g>'
    '<text transform="translate(1.5,2)" font-size="12">100</text>'
    '<g id="a-1">'
    '<path d="M12.21,216.34h24v2.06h-24Z" fill="#1a7fc4" opacity="0.75"><title>A: $300bn</title></path></g>'
    "</g></svg>"
)


def test_a_miniature_has_the_marks_alone_in_whole_units():
    assert miniature(CHART) == (
        '<svg class="miniature" viewBox="56 0 284 90" aria-hidden="true" preserveAspectRatio="xMinYMid">'
        '<g transform="translate(56,4)">'
        '<path d="M12,216h24v2h-24Z" fill="#1a7fc4" opacity="0.75"/></g></svg>'
    )


def test_what_is_painted_by_something_apart_has_none():
    assert miniature(CHART.replace("#1a7fc4", "url(#a-2)")) == ""
    assert miniature(CHART.replace("path", "text")) == ""


def test_values_stay_values():
    assert 'fill="a&amp;&lt;"' in miniature(CHART.replace("#1a7fc4", "a&amp;&lt;"))
