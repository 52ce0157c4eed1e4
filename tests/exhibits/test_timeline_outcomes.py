"""What the timeline says became of announcements, its strip of deals and its list of them; all worked by hand."""

import pandas as pd
import pytest

from compute_ledger.exhibits import Scope
from compute_ledger.exhibits import timeline as show
from compute_ledger.measures import timeline as measure
from compute_ledger.measures.contracts.announcement_outcomes import announcements
from tests.chapters import EXHIBIT, run_chapter
from tests.ledger_copy import WORKED_OUT_ON
from tests.measures.hand_made import contracts

DAY = pd.Timestamp("2026-06-30")
SCOPE = Scope(as_of=DAY, buyer="Exemplar")
ENDED = {"ended_on": "2026-03-02", "status_before": "not_finalised"}
EXPLORER = "application/vnd.compute-ledger.explorer+json"


def dated(*rows: dict) -> pd.DataFrame:
    start = {"announced_on": "2026-01-01", "known_on": "2026-01-01", "title": "Deal"}
    return contracts(*(start | row for row in rows)).assign(date_precision="day", source_id="s", grade="A")


DEALS = dated(
    {"deal_id": "contract", "amount_usd_bn": 10},
    {"deal_id": "letter", "counterparty": "Beta", "kind": "letter_of_intent", "amount_usd_bn": 100, **ENDED,
     "status": "superseded"},
    {"deal_id": "stake", "counterparty": "Beta", "kind": "equity", "amount_usd_bn": 30, "replaces": "letter",
     "announced_on": "2026-03-02", "known_on": "2026-03-02"},
    {"deal_id": "site", "counterparty": "Gamma", "kind": "framework", "amount_usd_bn": None, "capacity_gw": 0.6,
     **ENDED, "status": "cancelled"},
    {"deal_id": "halted", "counterparty": "Delta", "kind": "framework", "amount_usd_bn": None, **ENDED,
     "status": "paused"},
    {"deal_id": "frame", "counterparty": "Delta", "kind": "framework", "amount_usd_bn": None},
)  # fmt: skip


def counted(deals: pd.DataFrame) -> pd.DataFrame:
    return measure.select(announcements(deals, DAY))


def test_what_stands_what_became_binding_what_shrank_and_what_stopped():
    finding = show.outcomes_finding(counted(DEALS), DEALS, SCOPE, "2025-01-01")
    assert finding.claim == (
        "The one contract that Exemplar has announced since 1 January 2025 stands; "
        "of four letters of intent, frameworks, ventures and talks one has become binding"
    )
    assert "Beta: Deal, went from $100bn to $30bn after 60 days." in finding.detail
    assert "Cancelled: Gamma: Deal (0.6 GW). Paused: Delta: Deal." in finding.detail
    assert set(finding.rests_on["deals"]["deal_id"]) == set(DEALS["deal_id"])


def test_a_contract_that_stands_no_more_says_how_it_ended():
    deals = dated({"deal_id": "a"}, {"deal_id": "b", "ended_on": "2026-03-02", "status": "cancelled"})
    finding = show.outcomes_finding(counted(deals), deals, SCOPE, "2025-01-01")
    assert (
        finding.claim == "One of two contracts that Exemplar has announced since 1 January 2025 stands (one cancelled)"
    )


def test_each_announcement_is_a_square_in_the_row_of_its_kind():
    exhibit = show.outcome_squares(counted(DEALS), DEALS, SCOPE, "2025-01-01")
    assert exhibit.title == "Of five announcements one is still open, two have stopped and one has shrunk"
    (squares,) = exhibit.chart.to_dict()["datasets"].values()
    assert {(row["kind"].split("\t")[1], row["place"], row["filled"]) for row in squares} == {
        ("Contract\n1 of 1 binding", "stands", True),
        ("Framework\n0 of 3 binding", "stopped", True),
        ("Framework\n0 of 3 binding", "stopped", False),
        ("Framework\n0 of 3 binding", "open", False),
        ("Letter of intent\n1 of 1 binding", "shrank", True),
    }
    assert "Beta: Deal, 1 January 2026: $100bn, now $30bn, letter of intent, now equity, shrunk after 60 days" in {
        row["mark"] for row in squares
    }


def test_the_strip_names_the_peak():
    days = ("2026-01-01", "2026-01-05", "2026-01-11", "2026-06-01")
    deals = dated(*({"deal_id": f"d{i}", "announced_on": day, "known_on": day} for i, day in enumerate(days)))
    exhibit = show.deal_strip(counted(deals), deals, SCOPE)
    assert exhibit.title == "At the peak, from 1 January 2026 to 11 January 2026, a new deal came every five days"
    assert exhibit.table["deals"].tolist() == [3, 1]


def test_parts_stand_below_their_whole():
    deals = dated(
        {"deal_id": "whole", "known_on": "2026-03-01", "announced_on": "2026-03-01"},
        {"deal_id": "other", "announced_on": "2026-02-01"},
        {"deal_id": "part", "part_of": "whole"},
        {"deal_id": "part-of-part", "part_of": "part"},
    ).assign(capacity_basis=None)
    table = show.deal_list(deals, SCOPE).table
    assert table["deal_id"].tolist() == ["other", "whole", "part", "part-of-part"]
    assert table["deal"].tolist() == ["Deal", "Deal", "– Deal", "– – Deal"]


@pytest.mark.xdist_group("partnership-timeline")
def test_the_chapter_of_a_day():
    bundles = run_chapter("partnership-timeline", as_of=WORKED_OUT_ON)
    claim = bundles["outcomes-finding"]["application/vnd.compute-ledger.finding+json"]["claim"]
    # Three contracts with CoreWeave, two with AWS, one each with Google Cloud, Oracle, AMD, Microsoft and
    # Cerebras, and the lease of Milam.
    assert claim.startswith("All 11 contracts that OpenAI has announced since 1 January 2025 stand")
    assert bundles["pace-strip"][EXHIBIT]["title"].endswith("3 November 2025, a new deal came every five days")
    links = [cell for row in bundles["deals"][EXPLORER]["table"]["rows"] for cell in row if isinstance(cell, dict)]
    assert len(links) == len({link["href"] for link in links}) == len(bundles["deals"][EXPLORER]["table"]["rows"])
