"""Gigawatts by what they measure, worked by hand, and what must never come among the payables."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compute_ledger.exhibits import Scope
from compute_ledger.exhibits import concentration as show
from compute_ledger.ledger import load
from compute_ledger.measures import capacity as m
from compute_ledger.measures import capital, commitments, payment_schedule
from compute_ledger.shared.choices import CAPACITY_BASES, PERIMETERS
from tests.chapters import EXHIBIT, ROOT
from tests.ledger_copy import WORKED_OUT_ON, add_row, copy_ledger
from tests.measures.test_commitments import DAY, ledger_rows

TEXTS = ["part_of", "replaces"]


def capacities(*rows: dict) -> pd.DataFrame:
    """Capacities with the given cells, the rest as in 1 GW of chips under contract, known at the start of 2026."""
    plain = {
        "deal_id": "d0", "basis": "chips", "capacity_gw": 1.0, "low_gw": None, "high_gw": None,
        "commitment": "contracted", "known_on": "2026-01-01", "part_of": None, "replaces": None,
    }  # fmt: skip
    frame = pd.DataFrame([{"capacity_id": f"c{i}", **plain, **row} for i, row in enumerate(rows)])
    frame = frame.astype({"low_gw": "float64", "high_gw": "float64"} | dict.fromkeys(TEXTS, "str"))
    return frame.assign(known_on=pd.to_datetime(frame["known_on"]), source_id="s", source_ids=[("s",)] * len(frame))


def deals(*rows: dict) -> pd.DataFrame:
    return ledger_rows(*rows).assign(title="A deal", source_id="s", source_ids=[("s",)] * len(rows))


def standing(rows: pd.DataFrame, of: pd.DataFrame) -> pd.DataFrame:
    return m.standing_capacity(rows, of, DAY)


def test_parts_of_a_whole_count_once_at_each_supplier_and_in_the_total():
    of = deals({"counterparty": "Venture"}, {"counterparty": "Alpha"}, {"counterparty": "Alpha"})
    rows = standing(
        capacities(
            {"capacity_gw": 10.0, "commitment": "planned"},
            {"deal_id": "d1", "capacity_gw": 4.5, "part_of": "c0"},
            {"deal_id": "d2", "capacity_gw": 1.0, "part_of": "c1", "commitment": "planned"},
            {"deal_id": "d2", "capacity_gw": 0.5, "basis": "it_load"},
        ),
        of,
    )
    chips = rows[rows["basis"] == "chips"]
    assert m.total(chips) == 10
    table = m.by_supplier(rows).set_index(["basis", "supplier"])
    assert table["capacity_gw"].to_dict() == {
        ("it_load", "Alpha"): 0.5, ("chips", "Venture"): 10, ("chips", "Alpha"): 4.5,
    }  # fmt: skip
    assert table.loc[("chips", "Alpha"), "inside"] == ("Venture",)
    assert table.loc[("chips", "Alpha"), ["contracted_gw", "planned_gw"]].tolist() == [4.5, 0]
    # 100 of d1 and 100 of d2, which are two deals.
    assert table.loc[("chips", "Alpha"), "amount_usd_bn"] == 200


def test_contracts_inside_one_whole_are_never_more_than_it():
    """10 planned, of which 9 are secured and 4.5 are one supplier's: at most 10 under contract, not 13.5."""
    of = deals({"counterparty": "Venture"}, {"counterparty": "Alpha"}, {"counterparty": "Beta"})
    parts = [
        {"capacity_gw": 10.0, "commitment": "planned"},
        {"capacity_gw": 9.0, "part_of": "c0"},
        {"deal_id": "d1", "capacity_gw": 4.5, "part_of": "c0"},
        {"deal_id": "d2", "capacity_gw": 2.0},
    ]
    assert m.under_contract(standing(capacities(*parts), of)) == 10 + 2
    assert m.under_contract(standing(capacities(parts[0], *parts[2:]), of)) == 4.5 + 2
    assert m.under_contract(standing(capacities(parts[0]), of)) == 0
    with pytest.raises(ValueError, match="cannot be added"):
        m.under_contract(standing(capacities(parts[0], {"basis": "it_load"}), of))


def test_two_bases_are_never_added():
    rows = standing(capacities({}, {"basis": "site_load"}), deals({}))
    with pytest.raises(ValueError, match="on the bases chips, site_load cannot be added; pick the rows of one basis"):
        m.total(rows)
    assert m.by_supplier(rows)["capacity_gw"].tolist() == [1, 1]
    with pytest.raises(ValueError, match="did you mean 'group'"):
        m.by_supplier(rows, "groups")


def test_a_newer_figure_takes_the_place_of_the_older_from_the_day_it_is_known():
    rows = capacities(
        {"capacity_gw": 10.0},
        {"capacity_gw": 7.0, "part_of": "c0"},
        {"capacity_gw": 8.0, "part_of": "c0", "replaces": "c1", "known_on": "2026-06-01"},
        {"deal_id": "d1", "part_of": "c1"},
    )
    of = deals({}, {"counterparty": "Beta"})
    before = m.standing_capacity(rows, of, pd.Timestamp("2026-05-31"))
    assert before["capacity_id"].tolist() == ["c0", "c1", "c3"]
    now = standing(rows, of).set_index("capacity_id")
    assert now.index.tolist() == ["c0", "c2", "c3"]
    # What lay inside the replaced figure lies inside the one that took its place.
    assert now["whole"].fillna("").to_dict() == {"c0": "", "c2": "c0", "c3": "c2"}
    assert m.total(now.reset_index()) == 10


def test_talks_and_ended_deals_have_no_capacity_and_options_are_on_top():
    of = deals(
        {"kind": "talks", "status": "talks"},
        {"status": "cancelled", "status_before": "in_force", "ended_on": "2026-02-01"},
        {"amount_usd_bn": None},
    )
    rows = standing(capacities({}, {"deal_id": "d1"}, {"deal_id": "d2"}, {"deal_id": "d2", "commitment": "option"}), of)
    assert rows["deal_id"].unique().tolist() == ["d2"]
    (row,) = m.by_supplier(rows).to_dict("records")
    assert (row["capacity_gw"], row["option_gw"]) == (1, 1)
    assert pd.isna(row["amount_usd_bn"])


def test_a_deal_shows_the_basis_that_says_most():
    rows = capacities({"basis": "announced_total", "capacity_gw": 10.0}, {"basis": "it_load", "capacity_gw": 8.0})
    (deal,) = m.deals_with_capacity(deals({}), rows).to_dict("records")
    assert (deal["capacity_gw"], deal["capacity_basis"]) == (8, "it_load")
    (bare,) = m.deals_with_capacity(deals({}), rows.iloc[:0]).to_dict("records")
    assert pd.isna(bare["capacity_gw"])


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(CAPACITY_BASES), st.integers(0, 3), st.integers(1, 9)), min_size=1))
def test_suppliers_of_a_basis_without_parts_add_up_to_its_total(drawn):
    of = deals(*({"counterparty": f"S{i}"} for i in range(4)))
    rows = standing(capacities(*({"basis": b, "deal_id": f"d{i}", "capacity_gw": float(g)} for b, i, g in drawn)), of)
    table = m.by_supplier(rows)
    for basis, part in rows.groupby("basis"):
        assert table.loc[table["basis"] == basis, "capacity_gw"].sum() == pytest.approx(m.total(part))
    shuffled = m.by_supplier(rows.sample(frac=1, random_state=1))
    assert shuffled["capacity_gw"].tolist() == table["capacity_gw"].tolist()


@pytest.fixture(scope="module")
def real():
    ledger = load(ROOT / "data", WORKED_OUT_ON)
    scope = Scope.of(ledger, "OpenAI")
    return ledger, scope, m.standing_capacity(ledger.capacities, scope.deals(ledger), ledger.as_of)


def test_the_capacity_of_the_ledger_by_hand(real):
    _, _, rows = real
    # Nvidia 10, AMD 6, Broadcom 10 (1.3 of it first), Trainium at AWS 2, Cerebras 0.75 and an option on 1.25.
    assert m.total(rows[rows["basis"] == "chips"]) == 10 + 6 + 10 + 2 + 0.75 + 1.25
    # Stargate's 10, which hold Oracle's 4.5 with Michigan's 1 and Milam's 1.2; 1 in the Emirates, 0.5 in Argentina.
    assert m.total(rows[rows["basis"] == "announced_total"]) == 10 + 1 + 0.5


def test_the_exhibit_says_in_words_what_has_no_amount(real):
    ledger, scope, rows = real
    counted, table = scope.payables(scope.deals(ledger)), m.by_supplier(rows)
    bundle = show.capacity_beside_money(table, rows, counted, scope)._repr_mimebundle_()[EXHIBIT]
    assert bundle["title"].startswith("AMD has 6 GW (chips) under contract, for which no amount is printed")
    assert "Broadcom 10 GW (no amount printed)" in bundle["description"]
    assert "Oracle 4.5 GW ($300bn; inside that of Stargate)" in bundle["description"]
    plain_note = bundle["note"].replace("\\$", "$")
    assert "An amount and no capacity: Microsoft $250bn and CoreWeave $22.4bn. Neither: Google Cloud." in plain_note
    nothing = show.capacity_beside_money(table.iloc[:0], rows.iloc[:0], counted, scope)
    assert "no deal of OpenAI had a published capacity" in nothing.note


def test_leases_guarantees_and_debts_of_others_are_never_payables(tmp_path):
    """One row of each kind, as large as rows may be, moves no measure of what the buyer has promised."""
    folder = copy_ledger(tmp_path)
    plain = load(folder)
    day = "2026-01-15"
    claim = {"source_id": "exemplar-2025-08-20", "value": "999", "unit": "usd_bn", "as_printed": "999"}

    def row(table: str, id_column: str, key: str, printed: str, **cells: str) -> None:
        add_row(folder, "claims", claim_id=f"c-{key}", subject=key, metric=printed, **claim)
        add_row(folder, "evidence", table=table, row_id=key, claim_id=f"c-{key}", role="headline")
        add_row(folder, table, **{id_column: key, "known_on": day, **cells})

    buyer = plain.deals["buyer"].iloc[0]
    row("deals", "deal_id", "lease", "amount", buyer=buyer, counterparty="Landlord", counterparty_group="Landlord",
        layer="data_centre", kind="lease", title="Lease", announced_on=day, date_precision="day",
        amount_usd_bn="999", direction="buyer_pays", status="in_force", term_years="20")  # fmt: skip
    row("ties", "tie_id", "guarantee", "cap", **{"from": "Guarantor", "to": buyer}, kind="guarantees", binding="yes",
        amount_usd_bn="999", since=day)  # fmt: skip
    for metric in ("leases_not_started", "partner_debt", "margin_loan"):
        key = f"stratus-{metric.replace('_', '-')}"
        row("financials", "financial_id", key, metric, entity="Stratus", metric=metric,
            period="2025", period_end="2025-12-31", value="999", unit="usd_bn", is_projection="no",
            known_on_is="printed")  # fmt: skip
    hostile = load(folder)
    assert len(hostile.deals) == len(plain.deals) + 1
    assert len(hostile.financials) == len(plain.financials) + 3
    assert _promised(hostile, hostile.as_of) == _promised(plain, hostile.as_of)
    legs = capital.legs(capital.flows(hostile.ties, hostile.deals, buyer, hostile.as_of))
    assert "Guarantor" not in set(legs["payer"]) | set(legs["payee"])


def _promised(ledger, day) -> list:
    """Every perimeter by supplier, what falls due by year, and the backlog figures."""
    sums = [
        commitments.by_supplier(commitments.payables(ledger.deals, day, perimeter=perimeter)).to_dict("records")
        for perimeter in PERIMETERS
    ]
    unpriced = sorted(commitments.unpriced(commitments.payables(ledger.deals, day))["deal_id"])
    due = payment_schedule.due_deals(ledger.deals, day)
    return [*sums, unpriced, round(float(due["due_usd_bn"].sum()), 9)]


def test_the_payables_of_the_real_ledger_are_what_they_were():
    """Oracle 300, Microsoft 250, AWS 138, CoreWeave 22.4, Cerebras 20: no guarantee, lease or partner's debt in it."""
    ledger = load(ROOT / "data", WORKED_OUT_ON)
    held = set(ledger.financials["metric"]) & {"leases_not_started", "partner_debt", "margin_loan"}
    assert {"partner_debt", "margin_loan"} <= held
    assert "guarantees" in set(ledger.ties["kind"])
    _, deals_of_buyer = commitments.buyer_deals(ledger.deals, "OpenAI")
    assert commitments.payables(deals_of_buyer, ledger.as_of)["counted"].sum() == pytest.approx(730.4)
