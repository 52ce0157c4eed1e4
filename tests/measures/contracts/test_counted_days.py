"""Which deals count on which day: the same as `payables`, buyer by buyer."""

import pandas as pd
import pytest

from compute_ledger.ledger import load
from compute_ledger.ledger.days import days_of_ledger
from compute_ledger.ledger.load import find_folder
from compute_ledger.measures.commitments import payables
from compute_ledger.measures.contracts.counted_days import WAYS, counted_days


@pytest.fixture(scope="module")
def changes():
    return counted_days(days_of_ledger(find_folder("data"), pd.Timestamp("2026-10-10"), []).deals)


@pytest.mark.parametrize(("day", "grade"), [("2025-09-23", "C"), ("2026-03-05", "A-"), ("2026-10-10", "A")])
def test_what_counts_is_what_payables_counts(changes, day, grade):
    ledger = load("data", day, grade)
    rows = changes[changes["day"].le(day) & changes["min_grade"].eq(grade)]
    ways = rows.groupby("deal")["ways"].last()
    for place, (perimeter, overlaps) in enumerate(WAYS):
        counted = [
            payables(deals, pd.Timestamp(day), perimeter=perimeter, overlaps=overlaps)["deal_id"]
            for _, deals in ledger.deals.groupby("buyer")
        ]
        assert set(ways.index[ways // 2**place % 2 == 1]) == set(pd.concat(counted)), (perimeter, overlaps)


def test_only_changes_are_listed(changes):
    ordered = changes.sort_values("day")
    assert (ordered["ways"] != ordered.groupby(["deal", "min_grade"])["ways"].shift(fill_value=0)).all()


def test_no_buyer_sees_the_deals_of_another():
    """A part of another buyer's deal, or one that takes its place, leaves that deal counted."""
    shared = {
        "day": pd.Timestamp("2026-01-01"),
        "min_grade": "C",
        "known_on": pd.Timestamp("2026-01-01"),
        "ended_on": pd.NaT,
        "status": "in_force",
        "status_before": None,
        "layer": "cloud",
        "kind": "contract",
        "direction": "buyer_pays",
        "amount_usd_bn": 1.0,
    }
    rows = [("whole", "One", None, None), ("part", "Two", "whole", None), ("heir", "Three", None, "whole")]
    deals = pd.DataFrame(
        [
            shared | {"deal": name, "deal_id": name, "buyer": buyer, "part_of": part_of, "replaces": replaces}
            for name, buyer, part_of, replaces in rows
        ]
    )
    assert counted_days(deals)["ways"].tolist() == [2 ** len(WAYS) - 1] * 3
