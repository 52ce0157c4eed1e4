"""Scope, findings and source lists, as cells of a notebook use them."""

import pandas as pd
import pytest

from compute_ledger.exhibits import Finding, KeyFigure, KeyFigures, Provenance, Scope, Sources, Table, say
from compute_ledger.exhibits.overview.changed_figures import listed_alone
from compute_ledger.ledger import load
from compute_ledger.measures import commitments
from tests.chapters import FINDING, ROOT
from tests.measures.test_commitments import ledger_rows

SOURCES = "application/vnd.compute-ledger.sources+json"
LEDGER = load(ROOT / "tests" / "ledger_example")
DEAL, OTHER = LEDGER.deals.iloc[[0]], LEDGER.deals.iloc[[1]]


def listed(ledger=LEDGER):
    return {row["source_id"] for row in Sources.used(ledger)._repr_mimebundle_()[SOURCES]["sources"]}


def behind(rows):
    return {source for ids in rows["source_ids"] for source in ids[:2]} | set(rows["source_id"])


@pytest.fixture(autouse=True)
def chapter_begins():
    Provenance(LEDGER)._repr_mimebundle_()


def table(rows, **changes):
    columns = {"title": ("Deal", "")}
    return Table(
        id="t", caption="Deals", table=rows, columns=columns, rests_on={"deals": rows}, as_of=LEDGER.as_of, **changes
    )


def test_say_shows_claim_in_bold_and_the_rows_behind_it():
    bundle = say(
        Finding(name="leader", claim="A <b>leads</b>", detail="By $5.", rests_on={"deals": DEAL})
    )._repr_mimebundle_()
    assert bundle["text/markdown"] == r"**A \<b\>leads\</b\>.** By \$5."
    assert bundle[FINDING]["claim"] == r"A \<b\>leads\</b\>"
    assert [link["href"] for link in bundle[FINDING]["evidence"]] == [f"evidence.html#deals-{DEAL['deal_id'].iloc[0]}"]


def test_a_finding_without_a_claim_says_why():
    bundle = Finding(name="leader", detail="Nothing is known.")._repr_mimebundle_()
    assert (bundle["text/markdown"], bundle[FINDING]["claim"]) == ("Nothing is known.", "")


@pytest.mark.parametrize(
    "output",
    [
        table(DEAL),
        Finding(name="leader", claim="x", rests_on={"deals": DEAL}),
        KeyFigures(LEDGER.as_of, [KeyFigure(id="x", label="X", value=1, unit="", text="1", rests_on={"deals": DEAL})]),
        Finding(name="cited", claim=f"See [it](#source-{DEAL['source_id'].iloc[0]})"),
    ],
    ids=["table", "finding", "key figure", "citation"],
)
def test_the_sources_are_those_of_what_was_shown(output):
    assert listed() == set()
    output._repr_mimebundle_()
    assert DEAL["source_id"].iloc[0] in listed() <= behind(DEAL)


def test_what_is_shown_again_takes_the_place_of_what_was_shown_before():
    table(DEAL)._repr_mimebundle_()
    table(OTHER)._repr_mimebundle_()
    assert listed() == behind(OTHER)


def test_a_chapter_that_begins_again_has_shown_nothing():
    table(DEAL)._repr_mimebundle_()
    Provenance(LEDGER)._repr_mimebundle_()
    assert listed() == set()


def test_a_scope_counts_as_its_choices_say():
    scope = Scope.of(LEDGER, perimeter="announced", basis="annualised")
    deals = scope.deals(LEDGER)
    assert set(deals["buyer"]) == {scope.buyer}
    expected = commitments.payables(deals, LEDGER.as_of, perimeter="announced", basis="annualised")
    pd.testing.assert_frame_equal(scope.payables(deals), expected)
    firm = commitments.payables(deals, LEDGER.as_of, perimeter="firm", basis="annualised")
    pd.testing.assert_frame_equal(scope.payables(deals, perimeter="firm"), firm)
    assert scope.unit == "USD bn a year"


def test_a_scope_refuses_a_buyer_that_the_ledger_does_not_know():
    with pytest.raises(ValueError, match="must be one of Exemplar AI"):
        Scope.of(LEDGER, "Exemplarr")


def test_a_scope_on_another_day_keeps_its_choices():
    scope = Scope.of(LEDGER, basis="remaining")
    earlier = load(ROOT / "tests" / "ledger_example", as_of="2025-11-07")
    assert (scope.on(earlier).as_of, scope.on(earlier).basis) == (pd.Timestamp("2025-11-07"), "remaining")


def test_what_is_new_is_listed_once():
    """Neither a whole that holds an older deal, nor a deal that another new one has replaced since."""
    before = ledger_rows({"amount_usd_bn": 38})
    after = ledger_rows(
        {"amount_usd_bn": 38, "part_of": "total"},
        {"deal_id": "total", "amount_usd_bn": 138},
        {"deal_id": "added", "part_of": "total"},
        {"deal_id": "talks", "amount_usd_bn": 500},
        {"deal_id": "signed", "amount_usd_bn": 400, "replaces": "talks"},
        {"deal_id": "in-signed", "part_of": "signed"},
        {"deal_id": "in-unknown", "part_of": "of a later day"},
    )
    new = after[~after["deal_id"].isin(before["deal_id"])]
    alone = new.loc[listed_alone(new, after), "deal_id"]
    assert alone.tolist() == ["added", "signed", "in-unknown"]
