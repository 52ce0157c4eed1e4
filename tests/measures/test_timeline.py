"""Days between deals, totals that are no deals, clouds under contract, and quoted totals; all worked by hand."""

import pandas as pd
import pytest

from compute_ledger.exhibits import Scope
from compute_ledger.exhibits import timeline as show
from compute_ledger.exhibits.timeline import swimlane_layout
from compute_ledger.ledger import load
from compute_ledger.measures import commitments
from compute_ledger.measures import timeline as t
from compute_ledger.measures.capacity import deals_with_capacity
from compute_ledger.measures.contracts.announcement_outcomes import announcements
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


def test_the_busiest_days_counted_by_hand():
    """Of five deals four lie within ten days, from the 22nd to the 1st: three steps in nine days."""
    peak = t.busiest_days(announced("2025-03-10", "2025-09-22", "2025-09-23", "2025-09-25", "2025-10-01"), 10)
    assert (peak["first"], peak["last"]) == (pd.Timestamp("2025-09-22"), pd.Timestamp("2025-10-01"))
    assert (peak["deals"], peak["days_per_deal"]) == (4, 3)
    assert t.busiest_days(announced("2025-09-22", "2025-09-23", "2025-10-02"), 10) is None
    assert t.busiest_days(announced(*["2025-09-22"] * 3), 10)["days_per_deal"] == 0
    assert t.busiest_days(announced("2025-09-22", "2025-09-23", "2025-09")) is None
    assert t.busiest_days(announced()) is None


def test_a_partner_is_not_several():
    names = {"Stargate": "Stargate", "Stargate UK": "Nscale", "Azure": "Microsoft", "Stargateway": "Other"}
    deals = pd.DataFrame({"counterparty": names.keys(), "counterparty_group": names.values()})
    assert t.partners(deals).tolist() == ["Stargate", "Stargate", "Microsoft", "Other"]
    assert t.partners(deals.iloc[1:2]).tolist() == ["Nscale"]


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
        {"counterparty": "Epsilon", "kind": "framework", "direction": "none", "announced_on": "2024-06-01",
         "known_on": "2024-06-30"},
    )  # fmt: skip
    assert t.cloud_suppliers(deals, pd.Timestamp("2025-01-01")) == ["Alpha"]
    assert t.cloud_suppliers(deals, pd.Timestamp("2025-03-09")) == ["Alpha"]
    assert t.cloud_suppliers(deals, pd.Timestamp("2025-03-10")) == ["Alpha", "Beta"]


def lanes_finding_of(deals: pd.DataFrame, as_of: str, since: str = "2025-01-01"):
    known_deals = deals[deals["known_on"] <= as_of].assign(date_precision="day", title="Deal", capacity_gw=float("nan"))
    regimes = pd.DataFrame({"regime_id": [], "from": [], "until": []}).astype("datetime64[ns]")
    scope = Scope(as_of=pd.Timestamp(as_of), buyer="OpenAI")
    counted = t.select(announcements(known_deals, scope.as_of), since=since)
    return show.lanes_finding(counted, known_deals, regimes, pd.DataFrame(), scope, since)


def test_how_many_clouds_there_were_is_claimed_with_the_deals_behind_them():
    deals = ledger_rows(
        {"deal_id": "old", "counterparty": "Alpha", "announced_on": "2019-07-22", "known_on": "2019-07-22"},
        {"deal_id": "new", "counterparty": "Beta", "announced_on": "2025-03-07", "known_on": "2025-03-10"},
        {"deal_id": "chips", "counterparty": "Gamma", "layer": "chips", "announced_on": "2025-03-07",
         "known_on": "2025-03-10"},
    )  # fmt: skip
    both = lanes_finding_of(deals, "2025-03-10")
    assert (
        both.claim
        == "OpenAI had one cloud supplier on 1 January 2025 (Alpha) and two on 10 March 2025 (Alpha and Beta)"
    )
    assert both.detail.startswith("Counted is who has a contract of its own in force")
    assert set(both.rests_on["deals"]["deal_id"]) == {"old", "new", "chips"}
    same = lanes_finding_of(deals, "2025-03-09")
    assert same.claim == "OpenAI had one cloud supplier (Alpha) on 1 January 2025 and on 9 March 2025"
    assert set(same.rests_on["deals"]["deal_id"]) == {"old"}
    none = lanes_finding_of(deals[deals["layer"] == "chips"], "2025-03-10")
    assert none.claim == ""
    assert none.detail.startswith("No cloud supplier was known on 1 January 2025 or on 10 March 2025.")


def test_deals_without_an_amount_are_named():
    deals = ledger_rows(
        {"deal_id": "a", "known_on": "2025-03-10"},
        {"deal_id": "b", "counterparty": "Beta", "amount_usd_bn": None, "known_on": "2025-03-10", "kind": "framework"},
    )
    finding = lanes_finding_of(deals.assign(announced_on=pd.Timestamp("2025-03-10")), "2025-03-11")
    assert "No amount has been published for one of two deals; the drawing names them." in finding.detail


def test_a_sum_of_one_day_stands_and_later_ones_have_grown():
    scope = Scope(as_of=pd.Timestamp("2025-03-10"), buyer="OpenAI")
    deals = ledger_rows(
        {"deal_id": "a", "amount_usd_bn": 12, "known_on": "2025-03-10", "announced_on": "2025-03-10"},
        {"deal_id": "b", "amount_usd_bn": None, "known_on": "2025-03-10", "announced_on": "2025-03-10",
         "counterparty": "Beta"},
        {"deal_id": "c", "amount_usd_bn": 4, "known_on": "2025-05-15", "announced_on": "2025-05-15"},
    ).assign(title="Deal")  # fmt: skip
    quoted = pd.DataFrame({"value": [32.0], "financial_id": ["q"]})

    def finding(scope: Scope):
        counted, firm = t.ever_counted(deals, scope.as_of), scope.payables(deals)
        return show.payables_finding(t.cumulative_payables(deals, scope.as_of), quoted, counted, firm, scope)

    first = finding(scope)
    assert first.claim == "The purchase commitments of OpenAI with a published amount stand at $12 billion"
    assert "so not in it: Beta: Deal." in first.detail
    grown = finding(Scope(as_of=pd.Timestamp("2025-06-01"), buyer="OpenAI"))
    assert grown.claim.endswith("stand at $16 billion; $4 billion of it came in one step, on 15 May 2025")
    assert grown.detail.startswith("The first published amount is of 10 March 2025, $12 billion (")
    assert set(grown.rests_on["deals"]["deal_id"]) == {"a", "b", "c"}
    assert grown.rests_on["financials"] is quoted


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
    counted_deals = t.ever_counted(ledger_rows(*rows), pd.Timestamp("2026-06-30"))
    assert set(counted_deals["deal_id"]) == {"old", "new"}
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
    marks = swimlane_layout.drawn(
        t.select(deals_with_capacity(ledger.deals, ledger.capacities)).reset_index(drop=True), start, end
    )
    span, zero = (end - start).total_seconds() * 1000, start.timestamp() * 1000
    right, plot = marks["side"] == "right", swimlane_layout.PLOT_WIDE
    at = marks["last"].where(right, marks["first"]).where(~marks["at_end"], marks["bar_end"])
    reach = marks["label"].map(swimlane_layout.width) + 9
    assert ((at - zero) / span * plot + reach.where(right, -reach)).between(-3, plot + 3).all()
    assert (marks["label_narrow"].map(swimlane_layout.width) <= swimlane_layout.PLOT_NARROW).all()
    assert not marks[["label", "label_narrow"]].apply(lambda labels: labels.str.contains("…").any()).any()


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
    rows = rows.assign(date_precision="day", capacity_gw=float("nan"), capacity_basis=None)
    broken, struck, leaner = swimlane_layout.drawn(rows, start, end)["label"]
    assert broken.replace("\n", " ").startswith(long)
    assert broken.count("\n") == 1
    assert struck.startswith("word word")
    assert struck.endswith(", cancelled")
    assert leaner.startswith("OpenAI as its first customer: $")
