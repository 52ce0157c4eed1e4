"""What the chapter on the funding gap says, on days when much, little and nothing was known."""

import re

import pytest

from tests import ledger_copy
from tests.chapters import EXHIBIT, FINDING, VEGA_LITE, run_chapter, said

CHAPTER = "funding-gap"
KEY_FIGURES = "application/vnd.compute-ledger.key-figures+json"
TABLE = "application/vnd.compute-ledger.table+json"
CHARTS = {
    "gap",
    "sources-and-uses",
    "revenue-by-schedule",
    "revenue-points",
    "gigawatt-years",
    "gigawatt-bridge",
}


def charts(bundles):
    return {bundle[EXHIBIT]["id"] for bundle in bundles.values() if VEGA_LITE in bundle}


def finding(bundles, name):
    (text,) = [bundle[FINDING]["text"] for bundle in bundles.values() if bundle.get(FINDING, {}).get("name") == name]
    return text.replace("\\", "")


def test_the_page_opens_with_whether_revenue_reaches_the_contracts():
    bundles = run_chapter(CHAPTER, as_of="2026-07-01")
    first = next(bundle for bundle in bundles.values() if FINDING in bundle)
    assert first[FINDING]["name"] == "pay"
    assert "uncovered from 2026 to 2030" in first[FINDING]["claim"]
    assert charts(bundles) == CHARTS


@pytest.mark.parametrize("as_of", ["2026-10-10", "2026-07-01", "2025-11-07"])
def test_what_other_paths_leave_is_one_range_in_sentence_and_card(as_of):
    bundles = run_chapter(CHAPTER, as_of=as_of)
    (left,) = re.findall(r"On other revenue paths (.*?) would be left\.", finding(bundles, "pay"))
    cards = {card["id"]: card["note"].replace("\\", "") for card in bundles["key-figures"][KEY_FIGURES]["figures"]}
    assert cards["uncovered_usd_bn"].endswith(f"; {left} on other revenue paths")
    assert re.search(r"figures allow \$[\d.]+ billion to \$[\d.]+ billion$", cards["peak_due_usd_bn"])


def test_the_fitted_schedule_meets_what_was_published_by_july_2026():
    bundles = run_chapter(CHAPTER, as_of="2026-07-01")
    rows = {row[0]: row for row in bundles["gap"][EXHIBIT]["table"]["rows"]}
    columns = [column["label"] for column in bundles["gap"][EXHIBIT]["table"]["columns"]]
    fitted, even = (
        [rows[str(year)][columns.index(name)] for year in range(2026, 2031)] for name in ("Falls due, fitted", "Even")
    )
    # At most 50 in 2026 and 600 up to 2030; an even spread breaks both.
    assert fitted[0] <= 50 < even[0]
    assert sum(fitted) <= 600 < sum(even)
    assert "They rule out even payments" in finding(bundles, "dues")
    assert "$600 billion" in finding(bundles, "left")


def test_each_of_the_companys_totals_has_its_rest():
    words = finding(run_chapter(CHAPTER, as_of="2026-10-10"), "left")
    assert re.search(r"Of the \$750 billion that OpenAI means to spend .* leave \$130 billion for AMD", words)
    assert "$856 billion for computing and infrastructure together" in words
    assert "nothing would be left: the contracts exceed it by $16 billion" in words


def test_a_start_far_ahead_is_two_lines_of_the_schedule():
    bundles = run_chapter(CHAPTER, as_of="2026-07-01")
    rows = bundles["due-deals"][TABLE]["table"]["rows"]
    first, second = [row for row in rows if row[0] == "Oracle"]
    assert (first[3], second[1], second[3]) == ("2027-01-01", "the same, begun when announced", "2025-09-23")
    assert first[7] == 0 < second[7]
    assert "Oracle from 23 September 2025 instead of 1 January 2027" in finding(bundles, "fork")
    # Evenly 60 of Oracle's 300 are added to the 75.5 of the other contracts in 2026; by July 600 was the most to 2030.
    assert "spread evenly $140 billion in 2026" in finding(bundles, "fork")
    assert finding(bundles, "fork").startswith("**No schedule that meets all published figures is left")
    later = finding(run_chapter(CHAPTER, as_of="2026-10-10"), "fork")
    assert "$170 billion in 2030, instead of $50 billion and $140 billion" in later


def test_half_years_and_what_plans_imply():
    words = finding(run_chapter(CHAPTER, as_of="2026-10-10"), "costs")
    assert (
        "In the first half of 2026 OpenAI had revenue of $12.4 billion and an operating loss of $21.6 billion" in words
    )
    assert "second half of 2025 (the year less its first half) it was revenue of $8.7 billion" in words
    assert re.search(r"plans imply \$210 billion from 2026 to 2030: .* less \$856 billion for computing", words)
    assert "The ledger has no debt of its own beside a credit line and no half-year of total costs" in words


def test_a_payment_of_a_year_stands_beside_a_year_of_the_contract():
    words = finding(run_chapter(CHAPTER, as_of="2026-07-01"), "paid")
    assert "$17.2 billion" in words
    assert "$50 billion a year if spread evenly (term of 5 years assumed), 2.9 times as much" in words
    assert "8.9" not in words


def test_the_total_of_october_2025_is_explained_in_gigawatts():
    bundles = run_chapter(CHAPTER, as_of="2026-07-01")
    assert "$1.4 trillion of 28 October 2025 was quoted with 30 GW: $46.7 billion a gigawatt" in finding(
        bundles, "bridge"
    )
    assert "30.5 GW beside the 30 stated" in finding(bundles, "bridge")
    assert "Nvidia $500bn, AMD $300bn and CoreWeave $22bn" in finding(bundles, "against-firm")


def test_a_contract_is_priced_by_the_gigawatt_year_on_its_own_basis():
    table = run_chapter(CHAPTER, as_of="2026-07-01")["gigawatt-years"][EXHIBIT]["table"]
    prices = {row[0]: row[5] for row in table["rows"]}
    # 300 over 4.5 GW and five years; the 100 added at AWS over 2 GW and eight years; 20 over 0.75 GW and three years.
    assert prices["Oracle"] == pytest.approx(300 / 22.5, abs=0.01)
    assert prices["AWS"] == pytest.approx(100 / 16, abs=0.01)
    assert prices["Cerebras"] == pytest.approx(20 / 2.25, abs=0.01)


@pytest.mark.parametrize("as_of", ["2015-01-01", "2019-07-22", "2025-02-01"])
def test_a_day_before_any_amount_reads_well(as_of):
    bundles = run_chapter(CHAPTER, as_of=as_of)
    text = said(bundles)
    assert not re.search(r"\b(nan|NaT|None|n/a|inf)\b", text)
    assert "No amount was published of the contracts" in text
    assert all(bundle[EXHIBIT]["table"]["rows"] for bundle in bundles.values() if VEGA_LITE in bundle)


def test_a_buyer_without_targets_reads_as_sentences():
    bundles = run_chapter(CHAPTER, buyer="Anthropic", as_of="2026-10-10")
    assert "a target for its revenue that lies ahead was not known" in finding(bundles, "pay")
    assert "sources-and-uses" not in charts(bundles)
    assert {"gap", "revenue-by-schedule"} <= charts(bundles)
    # One figure bounds its schedules since the facts of October 2026 are in the ledger.
    assert "; they leave " in finding(bundles, "dues")


def test_limits_of_a_schedule_are_named_up_to_three():
    words = finding(run_chapter(CHAPTER, as_of="2026-10-10"), "dues")
    limits = words.partition("The limits are ")[2].partition("; they leave")[0]
    assert re.search(r" and \d+ more$", limits)
    assert len(re.split(r", (?=the |\$)", limits)) == 3


@pytest.mark.parametrize(
    "parameters",
    [
        {"perimeter": "announced", "ramp": "back_loaded"},
        {"default_term_years": 20.0},
        {"default_term_years": 1.0},
        {"min_grade": "A"},
    ],
    ids=str,
)
def test_other_choices_leave_no_figure_missing(parameters):
    bundles = run_chapter(CHAPTER, as_of="2026-07-01", **parameters)
    assert not re.search(r"\b(nan|NaT|None|inf)\b", said(bundles))
    assert all(bundle[EXHIBIT]["table"]["rows"] for bundle in bundles.values() if VEGA_LITE in bundle)


def test_letters_of_intent_alone_bring_nothing_due(tmp_path):
    folder = ledger_copy.copy_ledger(tmp_path)
    ledger_copy.spoil(
        folder, "deals", lambda text: re.sub(rb",(contract|reported_contract|amendment),", b",letter_of_intent,", text)
    )
    ledger_copy.spoil(folder, "capacities", lambda text: text.replace(b",contracted,", b",planned,"))
    bundles = run_chapter(CHAPTER, data_dir=str(folder))
    assert "No amount was published of the contracts" in said(bundles)
    assert not charts(bundles) & {"gap", "sources-and-uses", "revenue-by-schedule"}
