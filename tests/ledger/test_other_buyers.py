"""The ledger's other buyers: what Anthropic owes by one document, what the public knew before, and who has no index."""

import pandas as pd
import pytest

from compute_ledger.exhibits import Scope
from compute_ledger.ledger import load
from compute_ledger.measures import commitments, concentration
from tests.structure import ROOT

DAY = "2026-10-10"
DRAFT = "reuters-2026-09-29"  # where a news agency read the draft prospectus
LEDGER = load(ROOT / "data", as_of=DAY)


def amounts(ledger, perimeter="firm", source="", layer="", buyer="Anthropic"):
    deals = ledger.deals[ledger.deals["buyer"] == buyer]
    counted = commitments.payables(deals, ledger.as_of, perimeter=perimeter)
    counted = counted[counted["source_id"].eq(source) | (source == "")]
    suppliers = commitments.by_supplier(counted[counted["layer"].eq(layer) | (layer == "")])
    return suppliers.set_index("supplier")["counted"]


@pytest.mark.parametrize(
    ("perimeter", "source", "layer", "total", "hhi"),
    [
        ("firm", DRAFT, "", 413.7, 3004),  # Broadcom, Google, Amazon and Microsoft: due in any case
        ("firm_and_conditional", DRAFT, "", 518.2, 2195),  # and SpaceX and AMD, the soft part of the same document
        ("firm", DRAFT, "cloud", 252.5, 3988),  # without the leased processors
        ("firm_and_conditional", "", "", 619.4, 1627),  # and all that was signed outside the six, but for leases
        ("firm", "", "", 470.3, 2391),  # by the rule that the ledger has for every buyer: reported contracts count
    ],
)
def test_what_anthropic_owes_is_arithmetic_of_the_ledger(perimeter, source, layer, total, hhi):
    parts = amounts(LEDGER, perimeter, source, layer)
    assert parts.sum() == pytest.approx(total)
    assert round(10_000 * ((parts / total) ** 2).sum()) == round(concentration.hhi(parts)) == hhi


def test_the_four_firm_commitments_are_these():
    parts = {"Broadcom": 161.2, "Google Cloud": 111.1, "AWS": 110, "Microsoft": 31.4}
    assert amounts(LEDGER, source=DRAFT).to_dict() == parts
    assert sum(parts.values()) == pytest.approx(413.7)
    assert sum((10_000 * (part / 413.7) ** 2) for part in parts.values()) == pytest.approx(3004, abs=0.5)
    six = parts | {"SpaceX": 84.5, "AMD": 20}
    assert amounts(LEDGER, "firm_and_conditional", DRAFT).to_dict() == six


@pytest.mark.parametrize(
    ("day", "parts", "conditional"),
    [
        ("2025-12-31", {"Microsoft": 30, "Broadcom": 21}, {}),
        ("2026-06-30", {"Google Cloud": 200, "AWS": 100, "Microsoft": 30, "Akamai": 1.8}, {"SpaceX": 45}),
    ],
)
def test_what_anthropic_owed_by_what_was_known_earlier(day, parts, conditional):
    ledger = load(ROOT / "data", as_of=day)
    assert amounts(ledger).to_dict() == parts
    assert amounts(ledger, "firm_and_conditional").to_dict() == parts | conditional


def test_spacex_is_never_firm():
    for day in pd.date_range("2026-05-01", DAY, freq="7D"):
        assert "SpaceX" not in amounts(load(ROOT / "data", as_of=day.date()))


@pytest.mark.parametrize(("buyer", "total"), [("Meta", 60.1), ("Microsoft", 62.1)])
def test_where_names_cover_too_little_no_index_is_formed(buyer, total):
    assert amounts(LEDGER, buyer=buyer).sum() == pytest.approx(total)
    scope = Scope.of(LEDGER, buyer)
    assert scope.no_index.startswith(f"No index is formed for {buyer}")
    earlier = Scope.of(load(ROOT / "data", as_of="2025-11-07"), buyer)
    assert earlier.no_index == ""
    assert earlier.on(LEDGER).no_index == scope.no_index


@pytest.mark.parametrize("buyer", ["OpenAI", "Anthropic", "Mistral", "xAI"])
def test_an_index_is_refused_only_by_a_reported_total(buyer):
    assert Scope.of(LEDGER, buyer).no_index == ""


def test_metas_named_part_worked_by_hand():
    suppliers = commitments.by_supplier(
        commitments.payables(LEDGER.deals[LEDGER.deals["buyer"] == "Meta"], LEDGER.as_of)
    )
    part = concentration.named_part(suppliers, LEDGER.financials, "Meta").iloc[0]
    assert part["named_pct"] == pytest.approx(100 * 60.1 / 349.31)
    named = [35.2, 14.9, 10]
    assert part["hhi_low"] == pytest.approx(10_000 * sum((amount / 349.31) ** 2 for amount in named))
    with_rest = [35.2 + 349.31 - 60.1, 14.9, 10]
    assert part["hhi_high"] == pytest.approx(10_000 * sum((amount / 349.31) ** 2 for amount in with_rest))
    assert concentration.named_part(suppliers, LEDGER.financials, "OpenAI").empty


@pytest.mark.parametrize(("day", "grade"), [("2019-07-22", "C"), ("2024-01-31", "A-"), ("2023-10-28", "C"), (DAY, "A")])
def test_the_buyer_is_the_same_on_any_day_and_at_any_grade(day, grade):
    ledger = load(ROOT / "data", as_of=day, min_grade=grade)
    assert Scope.of(ledger).buyer == "OpenAI"
    assert Scope.of(ledger, "Anthropic").buyer == "Anthropic"


def test_a_buyer_that_is_none_is_refused_with_the_nearest():
    with pytest.raises(ValueError, match="did you mean 'Anthropic'"):
        Scope.of(LEDGER, "Antropic")


def test_ties_leave_out_those_who_compete_for_the_capacity():
    of_openai = Scope.of(LEDGER, "OpenAI").ties(LEDGER)
    parties = set(of_openai["from"]) | set(of_openai["to"])
    assert parties.isdisjoint({"Anthropic", "Meta", "Mistral"})
    assert {"Microsoft", "CoreWeave"} <= parties
    of_anthropic = Scope.of(LEDGER, "Anthropic").ties(LEDGER)
    assert "OpenAI" not in set(of_anthropic["from"]) | set(of_anthropic["to"])
    assert Scope.of(LEDGER, "Mistral").ties(LEDGER).empty
