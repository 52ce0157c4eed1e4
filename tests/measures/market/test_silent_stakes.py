"""Stakes in an entrant, worked on paper."""

import pandas as pd
import pytest

from compute_ledger.ledger import load
from compute_ledger.measures.market import silent_stakes as m
from compute_ledger.measures.market.market_estimates import latest_shares
from tests.ledger_copy import WORKED_OUT_ON
from tests.measures.hand_made import shares, ties

SHARES = latest_shares(shares(q2025Q3={"Alpha": 30, "Beta": 20}), "2025Q3")
DEALS = pd.DataFrame({"counterparty": ["Beta"], "counterparty_group": ["Beta Holding"]})
DAY = pd.Timestamp("2025-11-07")
TIES = ties(
    {"from": "Alpha", "to": "Exemplar", "share_pct": 27.0},
    {"from": "Alpha", "to": "Exemplar", "amount_usd_bn": 10.0, "since": "2024-01-01"},
    {"from": "Beta Holding", "to": "Exemplar", "amount_usd_bn": 5.0},
    {"from": "Bank", "to": "Exemplar", "share_pct": 11.0},
    {"from": "Bank", "to": "Exemplar", "share_pct": 50.0, "until": "2025-02-01"},
    {"from": "Fund", "to": "Exemplar", "share_pct": 5.0, "binding": False},
    {"from": "Exemplar", "to": "Alpha", "share_pct": 5.0},
)


def test_holders():
    rows = m.holders(TIES, DEALS, "Exemplar", ["Alpha", "Beta"], DAY).set_index("holder")
    assert rows.index.tolist() == ["Alpha", "Bank", "Beta Holding"]
    assert rows["provider"].tolist() == ["Alpha", "", "Beta"]
    assert rows.loc["Alpha", ["stake_pct", "invested_usd_bn"]].tolist() == [27, 10]
    assert rows.loc["Bank", "stake_pct"] == 11
    assert m.holders(TIES, DEALS, "Nobody", ["Alpha"], DAY).empty


def test_a_silent_stake():
    """Alpha keeps 30 less 5 % of it, 28.5: a stake of 27 % in 5 % adds 0.27 times 28.5 times 5."""
    (row,) = m.stake_deltas(
        m.holders(TIES, DEALS, "Exemplar", ["Alpha", "Beta"], DAY), SHARES, 5, "proportional"
    ).to_dict("records")
    assert row["silent_delta"] == pytest.approx(0.27 * 28.5 * 5)
    assert row["merged_delta"] == pytest.approx(2 * 28.5 * 5)


def test_no_holder():
    nobody = m.holders(TIES[:0], DEALS, "Exemplar", ["Alpha"], DAY)
    assert m.stake_deltas(nobody, SHARES, 5, "proportional").empty


def test_the_ledger_of_a_day():
    ledger = load(as_of=WORKED_OUT_ON)
    rows = m.holders(ledger.ties, ledger.deals, "OpenAI", ["AWS", "Microsoft"], ledger.as_of).set_index("holder")
    assert rows.loc["Microsoft", "stake_pct"] == 27
    assert rows.loc["Amazon", "provider"] == "AWS"
