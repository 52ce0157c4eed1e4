"""Days between deals, totals that are no deals, clouds under contract, and quoted totals; all worked by hand."""

import pandas as pd
import pytest

from compute_ledger.exhibits.timeline import swimlane_layout
from compute_ledger.ledger import load
from compute_ledger.measures import commitments
from compute_ledger.measures import timeline as t
from tests.chapters import ROOT
from tests.ledger_copy import WORKED_OUT_ON
from tests.measures.test_commitments import ledger_rows

REPLACED = {"status": "superseded", "status_before": "in_force"}


def announced(*days: str) -> pd.DataFrame:
    """Deals announced on the given days; 'YYYY-MM' for one of which only the month is known."""
    precision = {4: "year", 7: "month", 10: "day"}
    return pd.DataFrame(
        {
            "announced_on": pd.to_datetime(
                [f"{day}-01-01"[:10] if len(day) == 4 else f"{day}-01"[:10] for day in days]
            ),
            "date_precision": [precision[len(day)] for day in days],
        }
    )


def test_days_between_announcements_counted_by_hand():
    pace = t.pace(announced("2025-09-22", "2025-09-23", "2025-09-25", "2025-09-25", "2025-10-01"))
    assert pace["deals"].tolist() == [1, 1, 2, 1]
    # 23 - 22, 25 - 23, and five days of September after the 25th plus the 1st.
    assert pace["days_since_previous"].tolist()[1:] == [1, 2, 6]
    assert not pace["at_most"].any()


@pytest.mark.parametrize(
    ("loose", "at_most"),
    [("2025-05", [False, True]), ("2025-04", [False, False]), ("2025-06", [False, True]), ("2025", [False, True])],
)
def test_a_gap_into_which_a_deal_without_a_day_may_fall_is_an_upper_end(loose, at_most):
    pace = t.pace(announced("2025-05-22", "2025-07-22", loose))
    assert pace["days_since_previous"].tolist()[1:] == [61]
    assert pace["at_most"].tolist() == at_most


def test_a_sum_of_listed_parts_is_no_deal_of_its_own():
    amounts = {"a": 11.9, "b": 4, "c": 6.5}
    parts = [{"deal_id": name, "amount_usd_bn": amount, "part_of": "whole"} for name, amount in amounts.items()]
    deals = ledger_rows({"deal_id": "whole", "amount_usd_bn": 22.4}, *parts)
    assert t.without_sums(deals)["deal_id"].tolist() == ["a", "b", "c"]
    # With a part missing, or one without an amount, the whole says more than the parts.
    assert "whole" in set(t.without_sums(deals[deals["deal_id"] != "c"])["deal_id"])
    unpriced = deals.assign(amount_usd_bn=deals["amount_usd_bn"].mask(deals["deal_id"] == "c"))
    assert "whole" in set(t.without_sums(unpriced)["deal_id"])


def test_clouds_are_counted_by_the_deals_that_stand():
    deals = ledger_rows(
        {"announced_on": "2019-07-22", "known_on": "2019-07-22", "ended_on": "2025-01-21", **REPLACED},
        {"counterparty": "Alpha", "kind": "amendment", "announced_on": "2025-01-21", "known_on": "2025-01-21"},
        {"counterparty": "Beta", "announced_on": "2025-03-07", "known_on": "2025-03-10"},
        {"counterparty": "Gamma", "layer": "chips", "known_on": "2025-03-10"},
        {"counterparty": "Delta", "status": "talks", "kind": "talks", "known_on": "2025-03-10"},
    )  # fmt: skip
    assert t.cloud_suppliers(deals, pd.Timestamp("2025-01-01")) == ["Alpha"]
    assert t.cloud_suppliers(deals, pd.Timestamp("2025-03-09")) == ["Alpha"]
    assert t.cloud_suppliers(deals, pd.Timestamp("2025-03-10")) == ["Alpha", "Beta"]


def test_quoted_totals_stand_beside_what_was_listed_that_day():
    ledger = load(ROOT / "data", WORKED_OUT_ON)
    buyer, deals = commitments.buyer_deals(ledger.deals, "OpenAI")
    quoted = t.beside_quoted(t.quoted_totals(ledger.financials, buyer), deals).set_index("known_on")["listed_usd_bn"]
    coreweave, oracle, azure = 11.9 + 4 + 6.5, 300, 250
    # On 7 October 2025 Azure's 250 and AWS's 38 were still to come.
    assert quoted["2025-10-07"] == pytest.approx(coreweave + oracle)
    assert quoted["2025-11-06"] == pytest.approx(coreweave + oracle + azure + 38)
    assert quoted["2026-04-28"] == pytest.approx(coreweave + oracle + azure + 138 + 20)


def test_replaced_deals_are_among_those_ever_counted():
    rows = [{"deal_id": "old", "amount_usd_bn": 38, "known_on": "2025-11-03", "ended_on": "2026-02-27", **REPLACED},
            {"deal_id": "new", "amount_usd_bn": 138, "known_on": "2026-02-27", "replaces": "old"},
            {"deal_id": "unpriced", "amount_usd_bn": None}, {"deal_id": "later", "known_on": "2027-01-01"}]  # fmt: skip
    found = t.ever_counted(ledger_rows(*rows), pd.Timestamp("2026-06-30"))
    assert set(found["deal_id"]) == {"old", "new"}
    assert t.ever_counted(ledger_rows(*rows).iloc[:0], pd.Timestamp("2026-06-30")).empty


LANES = ledger_rows(
    {"deal_id": "contract"},
    {"deal_id": "letter", "kind": "letter_of_intent", "status": "not_finalised"},
    {"deal_id": "replaced", "ended_on": "2026-03-01", **REPLACED},
    {"deal_id": "given-up", "kind": "framework", "status": "cancelled", "status_before": "not_finalised",
     "ended_on": "2026-03-01"},
    {"deal_id": "paused", "status": "paused", "status_before": "in_force", "ended_on": "2026-03-01"},
    {"deal_id": "changed", "replaces": "replaced"},
    {"deal_id": "amendment", "kind": "amendment"},
)  # fmt: skip


def test_marks_say_what_binds_what_changes_and_how_it_ended():
    marks = pd.DataFrame(
        {
            "binds": swimlane_layout.binds(LANES),
            "changes": swimlane_layout.changes(LANES),
            "ends": swimlane_layout.ends_as(LANES),
        }
    ).set_axis(LANES["deal_id"])
    assert marks["binds"].to_dict() == {
        "contract": True, "letter": False, "replaced": True, "given-up": False, "paused": True, "changed": True,
        "amendment": True,
    }  # fmt: skip
    assert marks.index[marks["changes"]].tolist() == ["changed", "amendment"]
    assert marks["ends"].tolist() == ["", "", "replaced", "cancelled", "paused", "", ""]


def test_every_label_of_the_lanes_has_room_where_it_stands():
    ledger = load(ROOT / "data")
    start, end = pd.Timestamp("2025-01-01"), ledger.as_of + pd.Timedelta(days=120)
    marks = swimlane_layout.drawn(t.select(ledger.deals).reset_index(drop=True), start, end)
    span, zero = (end - start).total_seconds() * 1000, start.timestamp() * 1000
    for suffix, plot in (("", swimlane_layout.PLOT_WIDE), ("_narrow", swimlane_layout.PLOT_NARROW)):
        right = marks[f"side{suffix}"] == "right"
        at = marks["last"].where(right, marks["first"]).where(~marks[f"at_end{suffix}"], marks["bar_end"])
        edge = (at - zero) / span * plot + marks[f"wide{suffix}"] + right.map({True: 9, False: -9})
        assert edge.between(-3, plot + 3).all()
        assert (marks[f"wide{suffix}"].abs() - marks[f"label{suffix}"].map(swimlane_layout.width)).abs().max() <= 0.5
        assert not marks[f"label{suffix}"].str.contains("…").any()


def test_a_label_without_room_breaks_loses_what_its_lane_says_or_is_cut():
    start, end = pd.Timestamp("2025-01-01"), pd.Timestamp("2026-07-01")
    long = "word " * 16 + "end"
    rows = ledger_rows(
        {"deal_id": "broken", "title": long, "announced_on": "2025-10-01"},
        {"deal_id": "struck", "title": long, "announced_on": "2025-10-01", "status": "cancelled",
         "ended_on": "2026-03-01"},
        {"deal_id": "leaner", "counterparty": "Stargate Norway", "announced_on": "2025-10-01",
         "title": "Stargate Norway, OpenAI as its first customer"},
    )  # fmt: skip
    rows = rows.assign(date_precision="day", capacity_gw=float("nan"))
    broken, struck, leaner = swimlane_layout.drawn(rows, start, end)["label"]
    assert broken.replace("\n", " ").startswith(long)
    assert broken.count("\n") == 1
    assert struck.startswith("word word")
    assert struck.endswith("…")
    assert leaner.startswith("OpenAI as its first customer: $")
