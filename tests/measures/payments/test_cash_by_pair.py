"""Loops in cash: what two companies paid each other, worked on paper."""

import pandas as pd
import pytest

from compute_ledger.ledger import load
from compute_ledger.measures.commitments import buyer_deals
from compute_ledger.measures.payments import cash_by_pair as m
from tests.ledger_copy import WORKED_OUT_ON
from tests.measures.hand_made import contracts, figures, ties

DAY = pd.Timestamp("2026-06-30")
PAID = {"metric": "payments_to_alpha"}


def test_investments_by_year():
    rows = m.invested(
        ties(
            {"from": "Alpha", "to": "Exemplar", "amount_usd_bn": 10, "since": "2023-01-23"},
            {"from": "Alpha", "to": "Exemplar", "amount_usd_bn": 5, "binding": False},
            {"from": "Alpha", "to": "Exemplar", "amount_usd_bn": 3, "since": None},
            {"from": "Alpha", "to": "Exemplar", "share_pct": 27},
            {"from": "Beta", "to": "Exemplar", "amount_usd_bn": 1, "until": "2026-01-01"},
            {"from": "Beta", "to": "Exemplar", "amount_usd_bn": 1, "known_on": "2026-12-01"},
            {"kind": "pays", "amount_usd_bn": 9},
        ),
        DAY,
    )
    assert rows[["year", "standing", "value_usd_bn"]].fillna(0).to_numpy().tolist() == [
        [2023, "paid", 10],
        [2025, "promised", 5],
        [0, "paid", 3],
    ]
    assert rows["rests_on"].tolist() == [("t0",), ("t1",), ("t2",)]


def test_payments_of_whole_years():
    rows = m.paid_as_reported(
        figures(
            {**PAID, "value": 17.2},
            {**PAID, "value": 9, "period_end": "2025-06-30"},
            {"metric": "payments_to_beta", "value": 1},
        ),
        ["Alpha"],
    )
    assert rows[["payer", "payee", "year", "value_usd_bn", "standing"]].to_numpy().tolist() == [
        ["Exemplar", "Alpha", 2025, 17.2, "paid"]
    ]


def test_a_customers_part_of_revenue():
    """67 % of 5.13, rounded to a whole percent: 3.4371, from 3.41145 to 3.46275."""
    tie = {"from": "Alpha", "to": "Beta", "kind": "earns_from", "share_pct": 67, "until": "2025-12-31"}
    rows = m.paid_by_share(
        ties(tie, {**tie, "since": "2024-01-01", "until": "2024-12-31"}, {**tie, "until": None}),
        figures({"entity": "Alpha", "value": 5.13}),
    )
    assert rows[["payer", "payee", "year", "standing"]].to_numpy().tolist() == [["Beta", "Alpha", 2025, "derived"]]
    assert rows.iloc[0][["low_usd_bn", "value_usd_bn", "high_usd_bn"]].tolist() == pytest.approx(
        [3.41145, 3.4371, 3.46275]
    )
    assert rows["rests_on"].iloc[0] == ("t0", "f0")


def test_what_is_still_promised():
    """100 over five years, of which one and a half are gone but for days: 70 left of 100; an 'up to' may be nothing."""
    deals = contracts(
        {"start_on": "2025-01-01"}, {"counterparty_group": "Beta", "start_on": "2027-01-01", "amount_high_usd_bn": 100}
    )
    rows = m.still_promised(deals, DAY).set_index("payee")
    assert rows.loc["Alpha", ["low_usd_bn", "value_usd_bn", "high_usd_bn"]].tolist() == pytest.approx(
        [70.1, 70.1, 100], abs=0.1
    )
    assert rows.loc["Beta", ["low_usd_bn", "value_usd_bn", "high_usd_bn"]].tolist() == [0, 100, 100]
    assert rows["year"].isna().all()


def test_pairs_and_years():
    """Alpha put in 13, of which 3 are promised, and got 17.2 in 2025: 7.2 more than it gave."""
    flows = pd.concat(
        [
            m.invested(
                ties(
                    {"from": "Alpha", "to": "Exemplar", "amount_usd_bn": 10},
                    {"from": "Alpha", "to": "Exemplar", "amount_usd_bn": 3, "binding": False},
                ),
                DAY,
            ),
            m.paid_as_reported(figures({**PAID, "value": 17.2}), ["Alpha"]),
            m.still_promised(contracts({"start_on": "2027-01-01"}), DAY),
        ]
    )
    table = m.cash_by_pair(flows)
    assert table[["first", "second"]].drop_duplicates().to_numpy().tolist() == [["Alpha", "Exemplar"]]
    year, promised = table.iloc[0], table.iloc[1]
    assert year["year"] == 2025
    assert year[["to_second_equity_usd_bn", "to_second_promised_usd_bn", "to_first_services_usd_bn"]].tolist() == [
        10,
        3,
        17.2,
    ]
    assert year["net_to_second_usd_bn"] == pytest.approx(-7.2)
    assert pd.isna(year["to_first_equity_usd_bn"])
    assert pd.isna(promised["year"])
    assert (promised["to_first_promised_usd_bn"], promised["net_to_second_usd_bn"]) == (100, 0)


def test_the_direction_of_a_pair_is_its_alphabet_and_not_its_payer():
    one, other = (
        m.cash_by_pair(m.invested(ties({"from": payer, "to": payee, "amount_usd_bn": 4}), DAY)).iloc[0]
        for payer, payee in (("A", "B"), ("B", "A"))
    )
    assert one["net_to_second_usd_bn"] == -other["net_to_second_usd_bn"] == 4
    assert one["first"] == other["first"] == "A"


def test_nothing_known():
    table = m.cash_by_pair(m.invested(ties({}), DAY))
    assert table.empty
    assert "net_to_second_usd_bn" in table


def test_the_ledger_of_a_day():
    """In 2025 alone OpenAI paid Microsoft more than Microsoft ever put in."""
    ledger, day = load(as_of=WORKED_OUT_ON), pd.Timestamp(WORKED_OUT_ON)
    flows = pd.concat(
        [
            m.invested(ledger.ties, day),
            m.paid_as_reported(ledger.financials, ["Microsoft"]),
            m.paid_by_share(ledger.ties, ledger.financials),
            m.still_promised(buyer_deals(ledger.deals, "OpenAI")[1], day),
        ]
    )
    table = m.cash_by_pair(flows)
    pair = table[table["first"].eq("Microsoft") & table["second"].eq("OpenAI")]
    assert pair["to_first_services_usd_bn"].sum() > pair["to_second_equity_usd_bn"].sum() > 10
