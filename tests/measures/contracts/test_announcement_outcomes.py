"""What became of announcements: one small ledger, each outcome once."""

import pandas as pd
import pytest

from compute_ledger.ledger import load
from compute_ledger.measures.capacity import deals_with_capacity
from compute_ledger.measures.commitments import buyer_deals
from compute_ledger.measures.contracts import announcement_outcomes as m
from tests.ledger_copy import WORKED_OUT_ON
from tests.measures.hand_made import contracts

DAY = pd.Timestamp("2026-06-30")
START = {"announced_on": "2026-01-01", "known_on": "2026-01-01"}
LETTER = {"kind": "letter_of_intent", "amount_usd_bn": None}
LATER = {"announced_on": "2026-03-02", "known_on": "2026-03-02"}


def outcomes(*rows: dict, day: pd.Timestamp = DAY) -> dict[str, dict]:
    return m.announcement_outcomes(contracts(*rows), day).set_index("deal_id").to_dict("index")


@pytest.mark.parametrize(
    ("then", "now", "outcome"),
    [
        ({"amount_usd_bn": 38}, {"amount_usd_bn": 138}, "grown"),
        ({"amount_usd_bn": 100, "kind": "letter_of_intent"}, {"amount_usd_bn": 30, "kind": "equity"}, "shrunk"),
        ({"amount_usd_bn": 10}, {"amount_usd_bn": 10}, "signed"),
        ({"amount_usd_bn": None, "capacity_gw": 4.5}, {"capacity_gw": 4.5}, "signed"),
        ({"amount_usd_bn": None, "capacity_gw": 4.5}, {"capacity_gw": 6.0}, "grown"),
        ({"kind": "framework"}, {"kind": "framework", "status": "conditional"}, "conditional"),
        # 1.2 GW of a site and 0.75 of what runs in it are no two sizes of one thing.
        (
            {"kind": "framework", "amount_usd_bn": None, "capacity_gw": 1.2, "capacity_basis": "announced_total"},
            {"kind": "lease", "amount_usd_bn": None, "capacity_gw": 0.75, "capacity_basis": "it_load"},
            "signed",
        ),
    ],
)
def test_a_replaced_announcement(then, now, outcome):
    """60 days from 1 January to 2 March."""
    rows = outcomes({**START, **then, "status": "superseded"}, {**LATER, "replaces": "d0", **now})
    assert list(rows) == ["d0"]
    assert (rows["d0"]["outcome"], rows["d0"]["days"], rows["d0"]["newest_id"]) == (outcome, 60, "d1")
    assert rows["d0"]["deal_ids"] == ("d0", "d1")


@pytest.mark.parametrize(("status", "outcome", "left"), [("cancelled", "cancelled", 0), ("paused", "paused", 100)])
def test_an_ended_announcement(status, outcome, left):
    ended = {**START, "status": status, "status_before": "in_force", "ended_on": "2026-03-02", "capacity_gw": 1.5}
    (row,) = outcomes(ended).values()
    assert (row["outcome"], row["days"], row["amount_then_usd_bn"], row["amount_now_usd_bn"]) == (
        outcome,
        60,
        100,
        left,
    )
    (before,) = outcomes(ended, day=pd.Timestamp("2026-03-01")).values()
    assert (before["outcome"], before["days"]) == ("in force", 59)
    assert pd.isna(before["changed_on"])


def test_undisclosed_stays_undisclosed_when_cancelled():
    (row,) = outcomes({**START, "amount_usd_bn": None, "status": "cancelled", "ended_on": "2026-03-02"}).values()
    assert pd.isna(row["amount_now_usd_bn"])


def test_the_chain_as_it_stood_on_an_earlier_day():
    rows = ({**START, "amount_usd_bn": 38}, {**LATER, "amount_usd_bn": 138, "replaces": "d0"})
    (row,) = outcomes(*rows, day=pd.Timestamp("2026-03-01")).values()
    assert (row["outcome"], row["amount_now_usd_bn"]) == ("in force", 38)


def test_sums_and_amendments_are_no_announcements():
    """Three contracts and their sum; the parts of a round that another round replaced."""
    rows = outcomes(
        {"deal_id": "sum", "amount_usd_bn": 6},
        {"deal_id": "one", "amount_usd_bn": 2, "part_of": "sum"},
        {"deal_id": "two", "amount_usd_bn": 4, "part_of": "sum"},
        {"deal_id": "rights", "kind": "amendment"},
        {"deal_id": "round", "amount_usd_bn": 40, "status": "superseded"},
        {"deal_id": "part", "amount_usd_bn": 40, "part_of": "round", "status": "superseded"},
        {"deal_id": "paid", **LATER, "amount_usd_bn": 41, "replaces": "round"},
    )
    assert {deal: row["outcome"] for deal, row in rows.items()} == {
        "one": "in force",
        "two": "in force",
        "round": "grown",
    }


def test_a_chain_of_three():
    rows = outcomes(
        {**START, "amount_usd_bn": 10}, {"announced_on": "2026-02-01", "amount_usd_bn": 50, "replaces": "d0"},
        {**LATER, "amount_usd_bn": 5, "replaces": "d1"},
    )  # fmt: skip
    assert (rows["d0"]["outcome"], rows["d0"]["deal_ids"]) == ("shrunk", ("d0", "d1", "d2"))


def test_a_deal_is_counted_once():
    """A round, two of its parts (one within the other), a site inside a contract, and talks: three announcements."""
    rows = m.announcements(
        contracts(
            {"deal_id": "round", "kind": "equity", "amount_usd_bn": 122},
            {"deal_id": "amazon", "kind": "equity", "amount_usd_bn": 50, "part_of": "round"},
            {"deal_id": "first", "kind": "equity", "amount_usd_bn": 15, "part_of": "amazon"},
            {"deal_id": "contract", "amount_usd_bn": 300},
            {"deal_id": "site", "kind": "framework", "amount_usd_bn": None, "part_of": "contract"},
            {"deal_id": "talks", "kind": "talks", "status": "talks"},
            {"deal_id": "dropped", "kind": "talks", "status": "cancelled", "ended_on": "2026-03-02"},
        ).assign(date_precision="day", title="Deal"),
        DAY,
    )
    assert rows["deal_id"].tolist() == ["contract", "round", "site"]
    assert rows["is_binding_now"].tolist() == rows["was_binding"].tolist() == [True, True, False]


def test_talks_are_announced_when_something_is_signed():
    talks = {**START, "kind": "talks", "status": "superseded", "status_before": "talks", "ended_on": "2026-03-02"}
    (row,) = m.announcements(
        contracts(talks, {**LATER, "kind": "lease", "replaces": "d0"}).assign(date_precision="day", title="Deal"), DAY
    ).to_dict("records")
    assert (row["first_on"], row["announced_on"]) == (pd.Timestamp("2026-01-01"), pd.Timestamp("2026-03-02"))
    assert (row["days"], row["was_binding"], row["is_binding_now"]) == (60, False, True)


def test_nothing_known():
    nothing = m.announcement_outcomes(contracts({})[:0], DAY)
    assert nothing.empty
    assert m.announcements(contracts({})[:0].assign(date_precision="day", title="Deal"), DAY).empty


def test_the_ledger_of_a_day():
    ledger = load(as_of=WORKED_OUT_ON)
    _, deals = buyer_deals(deals_with_capacity(ledger.deals, ledger.capacities), "OpenAI")
    rows = m.announcement_outcomes(deals, pd.Timestamp(WORKED_OUT_ON)).set_index("deal_id")
    assert rows.loc["nvidia-2025-09", ["outcome", "amount_then_usd_bn", "amount_now_usd_bn"]].tolist() == [
        "shrunk",
        100,
        30,
    ]
    assert set(rows["outcome"]) <= set(m.OUTCOMES)
    assert {"grown", "shrunk", "cancelled", "paused"} <= set(rows["outcome"])
