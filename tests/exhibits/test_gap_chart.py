"""The gap chart against sums worked on paper: what is short, its words, and what it says where nothing can be drawn."""

import functools

import pandas as pd
import pytest

from compute_ledger.exhibits import Scope
from compute_ledger.exhibits.funding.gap_chart import gap_chart, gap_rows, short_words
from compute_ledger.measures.payment_schedule import due_deals
from compute_ledger.measures.payments.chosen_schedule import compared_schedules
from compute_ledger.measures.payments.published_points import published_points
from compute_ledger.measures.payments.revenue_by_schedule import revenue_by_schedule, uncovered
from tests.measures.hand_made import contracts, figures

DAY = pd.Timestamp("2026-06-30")
YEARS = [2027, 2028, 2029, 2030]
SCOPE = Scope(as_of=DAY, buyer="B")
NO_ROWS = figures({}).assign(source_ids="", year=2025).iloc[:0]


@functools.cache
def schedules(**cells):
    """100 over four whole years, evenly: 25 each."""
    due = due_deals(contracts({"start_on": "2027-01-01", "term_years": 4.0} | cells), DAY)
    return compared_schedules(due, published_points(), YEARS)


def path(*amounts):
    return pd.Series(amounts, pd.Index(YEARS, name="year"), dtype=float)


def drawn(paths, chosen="targets", made=None):
    made = made or schedules()
    table = revenue_by_schedule(paths, made.lines)
    cell = table[table["revenue_path"].eq(chosen) & table["schedule"].eq(made.chosen)]
    behind = {"deals": contracts({}).assign(source_ids=[()]), "financials": NO_ROWS}
    return gap_chart(cell, paths, made, behind, NO_ROWS, SCOPE, path=chosen)


def test_what_is_short_is_the_part_of_a_column_above_the_line():
    paths = {"targets": path(10, 20, 30, 40), "flat": path(15, 15, 15, 15)}
    rows = gap_rows(YEARS, paths, "targets", schedules())
    assert rows["due"].tolist() == pytest.approx([25] * 4)
    assert rows["short"].tolist() == pytest.approx([15, 5, 0, 0])
    assert rows["revenue_low"].tolist() == [10, 15, 15, 15]
    assert rows["revenue_high"].tolist() == [15, 20, 30, 40]
    assert short_words(rows) == "$20 billion short, 2027 and 2028"


def test_less_than_a_dollar_is_nothing():
    assert uncovered(path(10, 25, 25 - 1e-10, 24), path(25, 25, 25, 25)).tolist() == [15, 0, 0, 1]


def test_title_and_table_say_the_sum_and_its_years():
    shown = drawn({"targets": path(10, 20, 24, 40)})
    assert shown.title == (
        "B's contracts exceed the revenue assumed by $21 billion in 2027 to 2029; from 2030 on revenue is enough"
    )
    assert shown.table["short"].tolist() == pytest.approx([15, 5, 1, 0])
    assert set(shown.columns) <= set(shown.table)
    assert "path of revenue" not in shown.subtitle


def test_years_apart_are_named_apart():
    shown = drawn({"targets": path(20, 30, 20, 20)})
    assert "by $15 billion in 2027, 2029 and 2030" in shown.title
    assert "is enough" not in shown.title


def test_revenue_that_is_always_enough_is_said():
    shown = drawn({"targets": path(25, 30, 40, 50)})
    assert shown.title == "Revenue on the assumed path reaches B's contracts in every year, 2027 to 2030"
    assert "Revenue is enough in every year." in shown.description
    assert shown.table["short"].tolist() == [0, 0, 0, 0]


def test_without_revenue_the_columns_stand_alone_and_say_why():
    shown = drawn({})
    assert "what it would earn is not known on this path" in shown.title
    assert "a target for its revenue that lies ahead was not known" in shown.note
    assert "short" not in shown.columns
    assert "line" not in shown.subtitle


def test_another_path_that_is_known_does_not_stand_in():
    shown = drawn({"flat": path(15, 15, 15, 15)})
    assert "not known on this path" in shown.title
    assert "revenue_low" in shown.columns


def test_without_amounts_there_is_a_sentence():
    shown = drawn({"targets": path(1, 2, 3, 4)}, made=schedules(amount_usd_bn=float("nan")))
    assert shown.chart is None
    assert "No amount was published" in shown.note
