"""The chapter on two buyers: sentences and cards against sums worked on paper, and where little is known."""

import re

import pytest

from compute_ledger.exhibits.two_buyers import BuyerPair
from compute_ledger.ledger import load
from tests.chapters import EXHIBIT, FINDING, ROOT, VEGA_LITE, run_chapter, said

DAY = "2026-10-10"
CARDS = "application/vnd.compute-ledger.key-figures+json"
TABLE = "application/vnd.compute-ledger.table+json"
FOUR = (161.2, 111.1, 110, 31.4)


def chapter(**parameters):
    return run_chapter("two-buyers", **({"as_of": DAY} | parameters))


def cards(bundles):
    return {figure["id"]: figure for figure in bundles["key-figures"][CARDS]["figures"]}


def index(*parts):
    return 10_000 * sum((part / sum(parts)) ** 2 for part in parts)


def test_cards_worked_by_hand():
    values = {name: figure["value"] for name, figure in cards(chapter()).items()}
    assert values["first_buyer_commitments_usd_bn"] == pytest.approx(300 + 250 + 138 + 22.4 + 20)
    assert values["second_buyer_commitments_usd_bn"] == pytest.approx(sum(FOUR))
    assert values["first_buyer_hhi"] == pytest.approx(index(300, 250, 138, 22.4, 20))
    assert values["second_buyer_hhi"] == pytest.approx(index(*FOUR))
    lowest = index(*FOUR, 84.5, 20, 44.6, 35, 11.6, 10), index(300, 250, 138, 22.4, 20)
    highest = index(161.2 + 111.1, 110, 31.4), index(300, 250, 138, 22.4)
    for side, low, high in zip(("second", "first"), lowest, highest, strict=True):
        assert cards(chapter())[f"{side}_buyer_hhi"]["note"].startswith(f"{low:,.0f} to {high:,.0f}, ")
    assert values["most_shared_backlog_pct"] == pytest.approx(100 * 238 / 496)


def test_what_is_robust_and_what_turns_round():
    text = chapter()["alike-finding"][FINDING]["text"]
    assert "18 rows of the ledger, graded from A to A-" in text
    assert text.startswith("**Both commit more than 90% to three suppliers: 94% of")
    assert "counted in five ways the HHI of OpenAI is the higher, in three others that of Anthropic" in text
    assert "81% (Anthropic)" in text


def test_before_the_document_the_order_does_not_turn_and_no_row_is_of_one_document():
    bundles = chapter(as_of="2026-07-01")
    assert "turns with what counts" not in said(bundles)
    rows = bundles["hhi-bands"][EXHIBIT]["table"]["rows"]
    assert len(rows) == 8
    assert not any("one document" in str(row[0]).replace("document, Google", "") for row in rows)


def test_a_buyer_of_whom_nothing_was_known_is_what_the_comparison_finds():
    alike = chapter(as_of="2025-11-07")["alike-finding"][FINDING]
    assert alike["claim"] == "On 7 November 2025 no contract of Anthropic with a published amount was known"
    assert alike["text"].endswith(r"OpenAI had \$610 billion in contracts with one.")


def test_suppliers_sides_and_open_ends():
    text = chapter()["shared-finding"][FINDING]["text"]
    assert "48% or more of AWS's backlog" in text
    assert "41% of Microsoft's backlog" in text
    assert "and 39% of Google Cloud's (Anthropic)" in text


def test_a_break_of_sources_is_told_with_its_day():
    text = chapter()["incomparable-finding"][FINDING]["text"]
    before, after = index(200, 100, 30, 35, 11.6, 10), index(*FOUR, 35, 11.6, 10)
    assert f"On 29 September 2026 the HHI of Anthropic fell from {before:,.0f} to {after:,.0f}" in text
    assert "20 April 2026 for Anthropic" in text


def test_a_buyer_without_index_has_its_deals_and_their_coverage():
    bundles = chapter(second_buyer="Meta")
    assert "No index is formed for Meta" in bundles["alike-finding"][FINDING]["text"]
    about = bundles["contracts"][TABLE]
    assert "cover 17% of the" in about["note"]
    assert {row[0] for row in about["table"]["rows"]} == {"OpenAI", "Meta"}
    assert cards(bundles)["second_buyer_hhi"]["value"] is None


@pytest.mark.parametrize(
    "parameters",
    [
        {"as_of": "2025-11-07"},
        {"as_of": "2025-06-30"},
        {"as_of": "2022-06-30"},
        {"as_of": "2015-01-01"},
        {"second_buyer": "OpenAI"},
        {"second_buyer": "Mistral"},
        {"buyer": "Mistral", "second_buyer": "xAI"},
        {"buyer": "Google", "second_buyer": "Microsoft"},
        {"min_grade": "A"},
        {"basis": "annualised", "second_buyer": "Microsoft"},
        {"basis": "remaining"},
    ],
)
def test_where_little_is_known_a_sentence_stands(parameters):
    bundles = chapter(**parameters)
    drawn = [bundle[EXHIBIT] for bundle in bundles.values() if VEGA_LITE in bundle]
    assert all(about["title"] and about["table"]["rows"] for about in drawn)
    text = said(bundles)
    assert not re.search(r"\b(nan|NaT|inf|None|nobody)\b", text + str(drawn).replace("None", ""))
    assert all(bundle[FINDING]["text"] for bundle in bundles.values() if FINDING in bundle)
    assert all(figure["text"] for figure in cards(bundles).values())


def test_the_second_buyer_is_another_and_a_stranger_is_refused():
    ledger = load(ROOT / "data", as_of=DAY)
    assert BuyerPair.of(ledger).names == ["OpenAI", "Anthropic"]
    assert BuyerPair.of(ledger, "Anthropic").names == ["Anthropic", "OpenAI"]
    assert BuyerPair.of(ledger, "OpenAI", "OpenAI").names == ["OpenAI"]
    with pytest.raises(ValueError, match="did you mean 'Anthropic'"):
        BuyerPair.of(ledger, "OpenAI", "Antropic")


def test_amounts_a_year_say_which_term_is_assumed():
    assert "5 years are assumed" in chapter(basis="annualised")["hhi-bands"][EXHIBIT]["note"]
    assert "assumed" not in chapter()["hhi-bands"][EXHIBIT]["note"]
