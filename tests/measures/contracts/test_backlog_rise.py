"""One buyer's contracts beside suppliers' backlogs, against sums worked on paper."""

import pandas as pd
import pytest

from compute_ledger.ledger import load
from compute_ledger.measures.contracts import backlog_rise as m
from tests.ledger_copy import WORKED_OUT_ON
from tests.measures.hand_made import balance, contracts, figures

ALPHA = figures(
    balance("Alpha", "2025-03-31", 50), balance("Alpha", "2025-06-30", 90), balance("Alpha", "2025-09-30", 95)
)


def test_before_buyer_others_and_after():
    """50 becomes 90: 30 of the 40 are the buyer's, 10 everybody else's."""
    (row,) = m.backlog_rises(contracts({"announced_on": "2025-04-20", "amount_usd_bn": 30}), ALPHA, "Exemplar").to_dict(
        "records"
    )
    assert (row["before_usd_bn"], row["rise_usd_bn"], row["buyer_usd_bn"], row["others_usd_bn"]) == (50, 40, 30, 10)
    assert (row["after_usd_bn"], row["part_pct"], row["part_low_pct"], row["part_high_pct"]) == (90, 75, 75, 75)
    assert (row["from_day"], row["to_day"]) == (pd.Timestamp("2025-03-31"), pd.Timestamp("2025-06-30"))
    assert row["deal_ids"] == ("d0",)
    assert row["financial_ids"] == ("Alpha-rpo-2025-03-31", "Alpha-rpo-2025-06-30")


@pytest.mark.parametrize(
    ("announced_on", "rows"), [("2025-03-31", 0), ("2025-04-01", 1), ("2025-06-30", 1), ("2025-10-01", 0)]
)
def test_a_contract_of_the_balance_day_is_in_the_balance(announced_on, rows):
    rises = m.backlog_rises(contracts({"announced_on": announced_on}), ALPHA, "Exemplar")
    assert len(rises) == rows
    assert list(rises.columns) == m.RISE_COLUMNS


def test_what_replaces_a_contract_adds_only_what_it_is_more():
    """138 in place of 38: 100 signed."""
    deals = contracts(
        {"announced_on": "2024-01-01", "amount_usd_bn": 38, "status": "superseded"},
        {"announced_on": "2025-05-01", "amount_usd_bn": 138, "replaces": "d0"},
    )
    (row,) = m.backlog_rises(deals, ALPHA, "Exemplar").to_dict("records")
    assert row["buyer_usd_bn"] == 100


def test_open_amounts_leave_open_ends():
    """'More than 20' of a rise of 40 is half of it or more; 'up to 20' is half of it or less."""
    more, less = (
        m.backlog_rises(
            contracts({"announced_on": "2025-05-01", "amount_usd_bn": 20, end: 20}), ALPHA, "Exemplar"
        ).iloc[0]
        for end in ("amount_low_usd_bn", "amount_high_usd_bn")
    )
    assert (more["part_low_pct"], more["part_high_pct"], more["others_low_usd_bn"]) == (50, float("inf"), -float("inf"))
    assert (less["part_low_pct"], less["part_high_pct"], less["others_high_usd_bn"]) == (0, 50, 40)


def test_sums_of_other_rows_and_what_is_no_contract_do_not_count():
    deals = contracts(
        {"announced_on": "2025-05-01", "amount_usd_bn": 10, "part_of": "d1"},
        {"announced_on": "2025-05-01", "amount_usd_bn": 22},
        {"announced_on": "2025-05-01", "amount_usd_bn": 5, "kind": "framework"},
        {"announced_on": "2025-05-01", "amount_usd_bn": 5, "buyer": "Another"},
        {"announced_on": "2025-05-01", "amount_usd_bn": None},
    )
    assert list(m.backlog_rises(deals, ALPHA, "Exemplar")["buyer_usd_bn"]) == [10]


def test_a_reported_contract_counts_in_the_balance_just_published():
    """Reported on 12 July, after the balance of 30 June came out on 10 July: signed by 30 June."""
    published = ALPHA.assign(known_on=pd.to_datetime(["2025-04-10", "2025-07-10", "2025-10-10"]))
    deal = {"announced_on": "2025-07-12", "known_on": "2025-07-12", "amount_usd_bn": 30}
    days = [
        m.backlog_rises(contracts({**deal, "kind": kind}), published, "Exemplar")["to_day"].iloc[0]
        for kind in ("reported_contract", "contract")
    ]
    assert days == [pd.Timestamp("2025-06-30"), pd.Timestamp("2025-09-30")]
    named = m.backlog_rises(contracts(deal), published, "Exemplar", {"d0": pd.Timestamp("2025-05-01")})
    assert named["to_day"].iloc[0] == pd.Timestamp("2025-06-30")


def test_two_measures_of_one_supplier_are_never_one_span():
    """RPO of March and backlog of June are no rise; in quarters RPO goes first, and a year's span is left out."""
    rows = [balance("Alpha", day, value) for day, value in (("2025-03-31", 50), ("2025-06-30", 90), ("2026-06-30", 99))]
    wider = [
        balance("Alpha", day, value + 5, metric="revenue_backlog")
        for day, value in (("2025-03-31", 50), ("2025-06-30", 95))
    ]
    deals = contracts({"announced_on": "2025-04-20"}, {"announced_on": "2025-12-01"})
    rises = m.backlog_rises(deals, figures(*rows, *wider), "Exemplar")
    assert sorted(rises["rise_usd_bn"]) == [9, 40, 45]
    assert list(m.in_quarters(rises)["rise_usd_bn"]) == [40]
    mixed = figures(balance("Alpha", "2025-03-31", 50), balance("Alpha", "2025-06-30", 90, metric="revenue_backlog"))
    assert m.backlog_rises(deals, mixed, "Exemplar").empty


def test_several_suppliers_as_one():
    """Rises of 40 and 60 with orders of 30 and 55: 85 of 100."""
    financials = pd.concat(
        [ALPHA, figures(balance("Beta", "2025-03-31", 100), balance("Beta", "2025-06-30", 160))], ignore_index=True
    )
    deals = contracts(
        {"announced_on": "2025-04-20", "amount_usd_bn": 30},
        {"announced_on": "2025-05-20", "amount_usd_bn": 55, "counterparty": "Beta"},
    )
    (row,) = m.sum_of_rises(m.in_quarters(m.backlog_rises(deals, financials, "Exemplar"))).to_dict("records")
    assert (row["before_usd_bn"], row["rise_usd_bn"], row["buyer_usd_bn"], row["part_pct"]) == (150, 100, 85, 85)
    assert row["deal_ids"] == ("d1", "d0")
    assert m.sum_of_rises(m.backlog_rises(deals.iloc[:0], financials, "Exemplar")).empty


def test_a_backlog_that_fell_has_no_part():
    falling = figures(balance("Alpha", "2025-03-31", 50), balance("Alpha", "2025-06-30", 45))
    (row,) = m.backlog_rises(contracts({"announced_on": "2025-04-20"}), falling, "Exemplar").to_dict("records")
    assert (row["rise_usd_bn"], row["others_usd_bn"]) == (-5, -105)
    assert pd.isna(row["part_pct"])


def test_stock_of_two_buyers():
    """20 and 30 of 95; a contract of after the balance day is not in it."""
    deals = contracts(
        {"announced_on": "2025-04-20", "amount_usd_bn": 20},
        {"announced_on": "2025-05-20", "amount_usd_bn": 30, "buyer": "Another", "amount_low_usd_bn": 30},
        {"announced_on": "2025-10-20", "amount_usd_bn": 500},
        {"announced_on": "2025-04-20", "amount_usd_bn": 7, "counterparty": "Nobody"},
    )
    (row,) = m.backlog_stock(deals, ALPHA, "Exemplar", "Another").to_dict("records")
    assert (row["backlog_usd_bn"], row["buyer_usd_bn"], row["second_usd_bn"], row["both_usd_bn"]) == (95, 20, 30, 50)
    assert row["both_pct"] == pytest.approx(100 * 50 / 95)
    assert row["both_high_usd_bn"] == float("inf")
    (alone,) = m.backlog_stock(deals, ALPHA, "Exemplar").to_dict("records")
    assert "both_pct" not in alone
    assert m.backlog_stock(deals.iloc[:0], ALPHA, "Exemplar", "Another").empty


def test_the_ledger_of_a_day():
    """Three suppliers' backlogs rose by 670 in the quarters in which OpenAI signed for about as much."""
    ledger = load(as_of=WORKED_OUT_ON)
    # Oracle's balance of August rose by what was reported the day after it was published.
    signed_by = {"oracle-2025-09": pd.Timestamp("2025-08-31")}
    rises = m.in_quarters(m.backlog_rises(ledger.deals, ledger.financials, "OpenAI", signed_by))
    large = rises[rises["buyer_usd_bn"] >= 50]
    assert set(large["supplier"]) >= {"Oracle", "Microsoft"}
    assert (large["part_pct"] > 60).all()
    assert 80 < m.sum_of_rises(large)["part_pct"].iloc[0] < 110
    stock = m.backlog_stock(ledger.deals, ledger.financials, "OpenAI")
    assert 30 < 100 * stock["buyer_usd_bn"].sum() / stock["backlog_usd_bn"].sum() < 55
