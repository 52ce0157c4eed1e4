import numpy as np
import pandas as pd
import pytest

from compute_ledger.report.outputs import frames
from compute_ledger.report.outputs.html_sanitiser import cleaned

DEALS = pd.DataFrame({"supplier": ["Oracle", "AWS"], "amount_usd_bn": [300.5, -38.0], "note": [None, "<b>x</b>"]})
MANY = pd.DataFrame({"n": range(1234), "half": np.arange(1234) / 2})
LEVELS = pd.DataFrame(
    np.arange(16).reshape(4, 4),
    index=pd.MultiIndex.from_product([["Oracle", "AWS"], [2025, 2026]], names=["who", "year"]),
    columns=pd.MultiIndex.from_product([["Committed", "Paid"], ["low", "high"]]),
)


def read(frame):
    return frames.of_html(cleaned(frame._repr_html_()))


def test_numbers_stand_right_and_nothing_known_is_empty():
    frame = read(DEALS)
    assert frame.head_html() == (
        '<tr><td class="number"></td><th>supplier</th><th class="number">amount_usd_bn</th><th>note</th></tr>'
    )
    assert frame.body_html() == (
        '<tr><th class="number">0</th><td>Oracle</td><td class="number">300.5</td><td></td></tr>\n'
        '<tr><th class="number">1</th><td>AWS</td><td class="number">−38.0</td><td>&lt;b&gt;x&lt;/b&gt;</td></tr>'
    )
    assert (frame.size, frame.is_cut) == ("2 rows", False)
    assert frame.lines() == [
        [None, "supplier", "amount_usd_bn", "note"],
        [0, "Oracle", 300.5, None],
        [1, "AWS", -38.0, "<b>x</b>"],
    ]


def test_rows_that_pandas_left_out_are_counted():
    frame = read(MANY)
    assert (frame.size, frame.is_cut) == ("10 of 1,234 rows", True)
    assert '<th class="number">…</th>' in frame.body_html()
    assert ["...", "...", "..."] in frame.lines()


def test_columns_that_pandas_left_out_are_counted():
    with pd.option_context("display.max_columns", 6):
        frame = read(pd.DataFrame(np.zeros((3, 40))))
    assert (frame.size, frame.is_cut) == ("3 rows, 6 of 40 columns", True)


def test_a_page_shows_no_more_than_its_rows_and_the_csv_all():
    with pd.option_context("display.max_rows", None):
        frame = read(MANY)
    assert frame.size == "60 of 1,234 rows"
    assert frame.body_html().count("<tr>") == frames.MOST_ROWS
    assert len(frame.lines()) == 1235


def test_levels_of_rows_and_columns_keep_their_place():
    frame = read(LEVELS)
    assert '<th colspan="2">Committed</th><th colspan="2">Paid</th>' in frame.head_html()
    assert '<th rowspan="2">Oracle</th><th class="number">2025</th><td class="number">0</td>' in frame.body_html()
    assert frame.lines() == [
        [None, None, "Committed", "Committed", "Paid", "Paid"],
        ["who", "year", "low", "high", "low", "high"],
        ["Oracle", 2025, 0, 1, 2, 3],
        ["Oracle", 2026, 4, 5, 6, 7],
        ["AWS", 2025, 8, 9, 10, 11],
        ["AWS", 2026, 12, 13, 14, 15],
    ]


def test_a_joined_cell_ends_with_the_rows_that_are_shown():
    deep = pd.DataFrame({"n": range(100)}, index=pd.MultiIndex.from_product([["all"], range(100)]))
    with pd.option_context("display.max_rows", None):
        assert '<th rowspan="60">all</th>' in read(deep).body_html()


def test_the_name_of_the_index_stands_in_the_row_of_heads():
    frame = read(DEALS.set_index("supplier"))
    assert frame.lines()[0] == ["supplier", "amount_usd_bn", "note"]


def test_a_style_is_a_table_with_its_caption_and_without_its_colours():
    frame = read(DEALS.style.set_uuid("x").set_caption("Two deals").highlight_max("amount_usd_bn", color="red"))
    assert frame.caption == "Two deals"
    assert "red" not in frame.body_html()
    assert '<td class="number">300.500000</td>' in frame.body_html()


@pytest.mark.parametrize(
    ("series", "lines"),
    [
        (MANY["half"].head(2), [[None, "half"], [0, 0], [1, 0.5]]),
        (
            DEALS.set_index("supplier")["amount_usd_bn"],
            [["supplier", "amount_usd_bn"], ["Oracle", 300.5], ["AWS", -38]],
        ),
        (pd.Series(["x y", "z"], index=["k k", "l"]), [[None, None], ["k k", "x y"], ["l", "z"]]),
    ],
)
def test_a_series_is_a_table_of_two_columns(series, lines):
    assert frames.of_series(repr(series)).lines() == lines


def test_a_long_series_says_how_long():
    frame = frames.of_series(repr(MANY["half"]))
    assert (frame.size, frame.is_cut) == ("10 of 1,234 rows", True)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "dtype: int64",
        "some words\nof text",
        repr(LEVELS["Paid", "low"]),
        repr(pd.Series(dtype=float)),
        repr(pd.Series(["a", "b"], dtype="category")),
        repr(pd.Series(["a  b"])),
    ],
)
def test_text_that_cannot_be_split_into_columns_stays_text(text):
    assert frames.of_series(text) is None


@pytest.mark.parametrize(
    "html",
    [
        "<p>Words</p><table><tr><td>1</td></tr></table>",
        "<table><tr><td><table><tr><td>1</td></tr></table></td></tr></table>",
        "<table><tr><td>1</td></tr></table>" * 2,
        "<table>" + "<tr><td rowspan=9999 colspan=9999>1</td></tr>" * 3 + "</table>",
    ],
)
def test_html_that_is_more_than_a_table_is_none(html):
    assert frames.of_html(cleaned(html)) is None


def test_the_values_of_a_table_schema_are_taken_in_full_precision():
    with pd.option_context("display.html.table_schema", True, "display.max_rows", None):
        data = pd.DataFrame({"third": [1 / 3, None]})._repr_data_resource_()
    assert frames.of_data_resource(data) == [["index", "third"], [0, 0.3333333333], [1, None]]
    assert frames.of_data_resource({"schema": {}}) is None
    assert frames.of_data_resource(None) is None
