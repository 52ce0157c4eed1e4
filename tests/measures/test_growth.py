"""Work grows as the ledger does, and not as its square: counted in calls and bytes, never in seconds."""

import itertools
import sys
import tracemalloc
from collections import Counter
from collections.abc import Callable
from types import FrameType
from typing import Any

import numpy as np
import pandas as pd
import pytest

from compute_ledger.exhibits.capital.network import near
from compute_ledger.ledger.ledger_check import check_folder
from compute_ledger.ledger.rules import integrity_rules
from compute_ledger.measures import capital, commitments, concentration, conflicts, payment_schedule
from tests.ledger_copy import copy_ledger, spoil
from tests.measures.test_commitments import DAY, ledger_rows
from tests.measures.test_conflicts import claims

SIZES = (100, 200, 400)
TWICE = 2.6  # of what is twice as large; four times is quadratic
# Functions of pandas that look at all rows: as many calls whatever the size.
WHOLE = {"isin", "where", "map", "groupby", "drop", "merge", "eq"}

Work = Callable[[], object]


def calls(work: Work) -> Counter[str]:
    """Calls that this package makes while `work` runs: of all functions, and of those in WHOLE."""
    counts: Counter[str] = Counter()

    def count(frame: FrameType, event: str, _: Any) -> None:
        caller = frame if event == "c_call" else frame.f_back
        if event in ("call", "c_call") and caller and "compute_ledger" in str(caller.f_globals.get("__name__")):
            counts["all"] += 1
            counts["whole"] += event == "call" and frame.f_code.co_name in WHOLE

    sys.setprofile(count)
    try:
        work()
    finally:
        sys.setprofile(None)
    return counts


def memory(work: Work) -> int:
    tracemalloc.start()
    try:
        work()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def growth(measured: list[int]) -> float:
    return max(after / max(before, 1) for before, after in itertools.pairwise(measured))


def deals(size: int) -> pd.DataFrame:
    return ledger_rows(
        *(
            {"counterparty": f"S{i % (size // 2)}", "amount_usd_bn": 1 + i % 7, "amount_low_usd_bn": 1}
            for i in range(size)
        )
    )


def chain(size: int, amount: float | None = None) -> pd.DataFrame:
    """Deals of which each is part of the next, the first alone having an amount."""
    return ledger_rows(
        *(
            {"part_of": f"d{i + 1}" if i < size - 1 else None, "amount_usd_bn": amount if i else 1.0}
            for i in range(size)
        )
    )


def measuring(size: int) -> Work:
    suppliers = commitments.by_supplier(commitments.payables(deals(size), DAY))
    return lambda: concentration.summary(suppliers)


def falling_due(size: int) -> Work:
    nested = chain(size)
    return lambda: payment_schedule.counted_once(nested, nested, "amount_usd_bn")


def firms_near_the_buyer(size: int) -> Work:
    flows = pd.DataFrame({"payer": [f"F{i}" for i in range(size)], "payee": [f"F{i + 1}" for i in range(size)]})
    return lambda: near(flows, "F0")


def settling(size: int) -> Work:
    """One figure in conflict on each of many days, each settled."""
    days = [f"{day:%Y-%m-%d}" for day in pd.date_range("2020-01-01", periods=size)]
    disputed_claims = claims(*({"fact_date": day, "value": value} for day in days for value in (1, 2)))
    settled = pd.DataFrame({"resolution_id": days, "kind": "value", "subject": "x", "metric": "amount",
                            "fact_date": days, "kept_claim_id": "c0", "reason": "r"})  # fmt: skip
    return lambda: conflicts.conflicts(disputed_claims, resolutions=settled)


@pytest.mark.parametrize(
    "prepared",
    [measuring, falling_due, firms_near_the_buyer, settling],
    ids=lambda measure: measure.__name__,
)
def test_twice_the_rows_are_at_most_twice_the_calls(prepared):
    counts = [calls(prepared(size)) for size in SIZES]
    assert len({count["whole"] for count in counts}) == 1, counts
    assert growth([count["all"] for count in counts]) <= TWICE, counts


@pytest.mark.parametrize("overlaps", ["count_parts", "count_parents"])
def test_parts_of_parts_take_memory_as_they_are_many(overlaps):
    """A long chain has as many pairs of a part and a whole above it as half the square of its length."""
    nested = [chain(4 * size, 1.0) for size in SIZES]
    assert growth([memory(lambda rows=rows: commitments.without_overlaps(rows, overlaps)) for rows in nested]) <= TWICE
    left = commitments.without_overlaps(nested[0], overlaps)["deal_id"].tolist()
    assert left == (["d0"] if overlaps == "count_parts" else [f"d{4 * SIZES[0] - 1}"])


def ring(size: int) -> pd.DataFrame:
    """Legs from each of many firms to the next five."""
    pairs = [(f"F{i:03d}", f"F{(i + step) % size:03d}") for i in range(size) for step in range(1, 6)]
    frame = pd.DataFrame(pairs, columns=["payer", "payee"])
    rest = {"rests_on": "firm", "firm_usd_bn": 1.0, "intent_usd_bn": np.nan, "unpriced": 0}
    return frame.assign(**rest, tie_ids=list(pairs))


def test_a_ring_of_firms_takes_calls_as_they_are_many():
    rings = [ring(size) for size in SIZES]
    counts = [calls(lambda legs=legs: capital.loops(legs, "F000", longest=6))["all"] for legs in rings]
    assert growth(counts) <= TWICE, counts


def test_of_thousands_of_wrong_references_a_hundred_are_told_what_was_meant(tmp_path, monkeypatch):
    sought = []
    monkeypatch.setattr(integrity_rules, "did_you_mean", lambda name, _: sought.append(name) or "")
    folder = copy_ledger(tmp_path)
    wrong = "".join(f"deals,forge-2025-09,no-claim-{i},supports\n" for i in range(3_000))
    spoil(folder, "evidence", lambda data: data + wrong.encode())
    assert len(check_folder(folder, second_opinion=False)) == 3_000
    assert len(sought) == integrity_rules.MOST_HINTS


def test_subjects_that_only_signs_tell_apart_are_two_conflicts():
    disputed_claims = claims(*({"subject": subject, "value": value} for subject in ("x.y", "x-y") for value in (1, 2)))
    settled = pd.DataFrame({"resolution_id": ["r"], "kind": "value", "subject": "x.y", "metric": "amount",
                            "fact_date": [None], "kept_claim_id": "c0", "reason": "because"})  # fmt: skip
    conflict_rows = conflicts.conflicts(disputed_claims, resolutions=settled).set_index("subject")
    assert conflict_rows["conflict_id"].is_unique
    assert conflict_rows["resolution_id"].dropna().to_dict() == {"x.y": "r"}
