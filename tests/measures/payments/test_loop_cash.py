"""The loops in cash and what others carry, worked on paper."""

import math

import pandas as pd
import pytest

from compute_ledger.exhibits import Scope
from compute_ledger.ledger import load
from compute_ledger.measures.payments import loop_cash as m
from tests.ledger_copy import WORKED_OUT_ON
from tests.measures.hand_made import contracts, figures, ties

DAY = pd.Timestamp("2026-06-30")


def partners_of(tie_rows, deal_rows=(), figure_rows=({"value": 1},)):
    tied, deals = ties(*tie_rows), contracts(*deal_rows) if deal_rows else contracts({}).iloc[:0]
    flows = m.loop_cash(tied, figures(*figure_rows), deals, "Exemplar", DAY)
    return m.by_partner(flows, tied, deals, "Exemplar", DAY).set_index("partner")


def test_all_years_of_a_partner():
    """Alpha put in 1 and 2, promised 4 more and was paid 5: its contract of 100 from 2027 on is whole."""
    table = partners_of(
        [
            {"from": "Alpha", "to": "Exemplar", "amount_usd_bn": 1, "since": "2023-01-01"},
            {"from": "Alpha", "to": "Exemplar", "amount_usd_bn": 2, "since": "2024-01-01"},
            {"from": "Alpha", "to": "Exemplar", "amount_usd_bn": 4, "binding": False},
            {"from": "Exemplar", "to": "Beta", "amount_usd_bn": 0.5},
            {"from": "Beta", "to": "Gamma", "kind": "buys_chips_from", "amount_usd_bn": 40},
        ],
        [{"start_on": "2027-01-01"}],
        [{"metric": "payments_to_alpha", "value": 5}],
    )
    alpha = table.loc["Alpha", ["invested", "invested_promised", "paid", "contracts", "left"]].tolist()
    assert alpha == [3, 4, 5, 100, 100]
    assert table.loc["Beta", "placed"] == 0.5
    assert math.isnan(table.loc["Beta", "invested"])
    assert "Gamma" not in table.index  # an order between two others is a flow, but of no partner of the buyer


def test_an_order_between_two_others_is_promised_in_the_year_of_its_tie():
    flows = m.loop_cash(
        ties({"from": "Alpha", "to": "Beta", "kind": "buys_chips_from", "amount_usd_bn": 40, "since": "2025-05-01"}),
        figures({"value": 1}),
        contracts({}).iloc[:0],
        "Exemplar",
        DAY,
    )
    assert flows[["payer", "payee", "year", "standing", "value_usd_bn"]].to_numpy().tolist() == [
        ["Alpha", "Beta", 2025, "promised", 40]
    ]


def test_a_payment_known_later_is_no_payment_yet():
    late = [{"metric": "payments_to_alpha", "value": 5, "known_on": "2026-12-01"}]
    tie = {"from": "Alpha", "to": "Exemplar", "amount_usd_bn": 1}
    assert math.isnan(partners_of([tie], figure_rows=late).loc["Alpha", "paid"])


def carried(tie_rows=(), figure_rows=()):
    tied = ties(*tie_rows) if tie_rows else ties({}).iloc[:0]
    numbers = figures(*figure_rows) if figure_rows else figures({}).iloc[:0]
    blank = {"note": "", "source_id": "s"}
    tied, numbers = (
        rows.assign(**{name: rows[name].fillna(value) if name in rows else value for name, value in blank.items()})
        for rows in (tied, numbers)
    )
    return m.carried_by_others(numbers, tied, contracts({"counterparty": "Alpha"}), "Exemplar", DAY)


def test_a_figure_belongs_to_the_buyer_by_its_deals_or_by_its_note():
    table = carried(
        figure_rows=[
            {"entity": "Alpha", "metric": "partner_debt", "value": 38, "note": "for Exemplar"},
            {
                "entity": "Alpha",
                "metric": "partner_debt",
                "value": 20,
                "period_end": "2024-12-31",
                "note": "for Exemplar",
            },
            {"entity": "Alpha", "metric": "leases_not_started", "value": 288},
            {"entity": "Builder", "metric": "partner_debt", "value": 7, "note": "not owed by Exemplar"},
            {"entity": "Stranger", "metric": "partner_debt", "value": 9},
            {"entity": "Exemplar", "metric": "debt", "value": 3},
            {"entity": "Alpha", "metric": "debt", "value": 5, "known_on": "2027-01-01"},
            {"entity": "Alpha", "metric": "margin_loan", "value": 6, "note": "for another buyer"},
        ]
    )
    assert table[["firm", "taken_on", "value_usd_bn", "all_customers"]].to_numpy().tolist() == [
        ["Alpha", "leases not started", 288, True],
        ["Alpha", "partners' debt", 38, False],
        ["Builder", "partners' debt", 7, False],
    ]


def test_a_guarantee_is_a_cap_and_a_loan_that_a_figure_prints_counts_once():
    guarantee = {"from": "Nova", "to": "Exemplar", "kind": "guarantees", "amount_usd_bn": 105}
    loan = {"from": "Bank", "to": "Builder", "kind": "lends", "amount_usd_bn": 7, "note": "not owed by Exemplar"}
    own = {"from": "Bank", "to": "Exemplar", "kind": "lends", "amount_usd_bn": 4, "note": "to Exemplar"}
    ended = guarantee | {"amount_usd_bn": 50, "until": "2026-01-01"}
    table = carried([guarantee, loan, own, ended])
    assert table[["firm", "taken_on", "low_usd_bn", "value_usd_bn"]].to_numpy().tolist() == [
        ["Nova", "guarantee", 0, 105],
        ["Builder", "partners' debt", 7, 7],
    ]
    printed = {"entity": "Builder", "metric": "partner_debt", "value": 7, "note": "not owed by Exemplar"}
    assert len(carried([guarantee, loan], [printed])) == 2


def test_nothing_is_carried_where_nothing_is_known():
    assert carried().empty


def test_the_ledger_of_a_day():
    ledger = load(as_of=WORKED_OUT_ON)
    scope = Scope.of(ledger, "OpenAI")
    tied, deals = scope.ties(ledger), scope.deals(ledger)
    flows = m.loop_cash(tied, ledger.financials, deals, "OpenAI", scope.as_of)
    table = m.by_partner(flows, tied, deals, "OpenAI", scope.as_of).set_index("partner")
    assert table.loc["Microsoft", ["invested", "paid", "contracts"]].tolist() == [1 + 2 + 10, 17.2, 250]
    assert table.loc["Amazon", ["invested", "invested_promised", "contracts"]].tolist() == [15, 35, 38 + 100]
    assert table.loc["SoftBank", "invested"] == 7.5 + 22.5 + 30
    assert math.isnan(table.loc["CoreWeave", "placed"])  # its shares came with the order
    assert table["contracts"].sum() == pytest.approx(730.4)
    assert table.loc["Oracle", "contracts_high"] == math.inf
    taken = m.carried_by_others(ledger.financials, tied, deals, "OpenAI", scope.as_of).set_index("row_id")
    assert taken.loc["partners-partner-debt-2025-11", ["low_usd_bn", "high_usd_bn"]].tolist() == [0, 100]
    assert "banks-lend-vantage" not in taken.index  # the 38 is a figure of Oracle's
    assert taken.loc["softbank-margin-loan-2026-07", "planned"]


def test_another_buyer_is_told_by_the_names_of_its_ties():
    ledger = load(as_of="2026-10-10")
    scope = Scope.of(ledger, "Anthropic")
    tied, deals = scope.ties(ledger), scope.deals(ledger)
    flows = m.loop_cash(tied, ledger.financials, deals, "Anthropic", scope.as_of)
    table = m.by_partner(flows, tied, deals, "Anthropic", scope.as_of).set_index("partner")
    assert table.loc["Google", ["invested", "invested_promised"]].tolist() == [2 + 1 + 10, 30]
    assert table.loc["Google", "contracts"] == pytest.approx(111.1)
    taken = m.carried_by_others(ledger.financials, tied, deals, "Anthropic", scope.as_of)
    assert "Nvidia" not in set(taken["firm"])  # its guarantee is for OpenAI


def test_no_two_standing_ties_tell_one_payment_of_a_buyer_twice():
    """What ties say a buyer pays a firm is no more than the contracts with it, for the two largest buyers."""
    ledger = load(as_of="2026-10-10")
    for buyer in ("OpenAI", "Anthropic"):
        scope = Scope.of(ledger, buyer)
        tied, deals = scope.ties(ledger), scope.deals(ledger)
        flows = m.loop_cash(tied, ledger.financials, deals, buyer, scope.as_of)
        contracts_of = m.by_partner(flows, tied, deals, buyer, scope.as_of).set_index("partner")["contracts"].dropna()
        stands = tied["from"].eq(buyer) & tied["kind"].eq("pays") & tied["binding"] & tied["until"].isna()
        paid = tied[stands].groupby("to")["amount_usd_bn"].sum(min_count=1).dropna()
        shared = paid.index.intersection(contracts_of.index)
        assert len(shared) >= 4
        assert paid[shared].to_dict() == pytest.approx(contracts_of[shared].to_dict())
