"""Chapters with little or nothing to show: a sentence that says so, no blank chart, no warning, no traceback."""

import re

import pytest

from tests import ledger_copy
from tests.chapters import EXHIBIT, VEGA_LITE, Shown, run_chapter

TIMELINE, MARKET = "partnership-timeline", "cloud-market-shares"


def well(bundles: Shown) -> str:
    """All that the chapter says, after checking that no chart is blank and no number missing."""
    for bundle in bundles.values():
        if VEGA_LITE in bundle:
            assert bundle[EXHIBIT]["table"]["rows"]
            assert bundle[EXHIBIT]["title"]
    text = "\n".join(bundle["text/markdown"] for bundle in bundles.values() if "text/markdown" in bundle)
    everything = text + str([bundle.get(EXHIBIT) for bundle in bundles.values()])
    assert not re.search(r"\b(nan|NaT|nobody|inf)\b", everything)
    return text


def charts(bundles: Shown) -> set[str]:
    return {bundle[EXHIBIT]["id"] for bundle in bundles.values() if VEGA_LITE in bundle}


def test_no_share_of_that_grade_and_day():
    bundles = run_chapter(MARKET, as_of="2019-07-22", min_grade="A")
    assert "No market share was known then" in well(bundles)
    assert charts(bundles) == set()


def test_a_quarter_that_is_asked_for_and_not_known_stays_an_error():
    with pytest.raises(ValueError, match="quarter is '2025Q3', but must be latest or nothing else"):
        run_chapter(MARKET, as_of="2019-07-22", min_grade="A", quarter="2025Q3")
    with pytest.raises(ValueError, match=r"quarter is '2031Q1'.*one of 2017Q1 to 2026Q2"):
        run_chapter(MARKET, quarter="2031Q1")


@pytest.mark.parametrize("estimate", ["synergy", "omdia_canalys"])
@pytest.mark.parametrize("as_of", ["2019-07-22", "2025-02-01"])
def test_early_days_of_the_market(as_of, estimate):
    text = well(run_chapter(MARKET, as_of=as_of, estimate=estimate))
    assert "together hold" in text


def test_a_quarter_with_one_provider():
    bundles = run_chapter(MARKET, quarter="2019Q2")
    text = well(bundles)
    assert "**AWS holds 33% of the market that Synergy Research Group counted in Q2 2019.**" in text
    assert "Fewer than three providers are named, so there is no sum to check." in text
    assert "Fewer than three providers are named for Q2 2019, so no interval can be given." in text
    assert {"shares-over-time", "second-tier"} <= charts(bundles)


def test_a_ledger_without_the_chosen_house(tmp_path):
    folder = ledger_copy.copy_ledger(tmp_path)
    for table in ("market_shares", "market_size", "evidence"):
        ledger_copy.spoil(folder, table, lambda text: re.sub(rb"(?m)^(market_[a-z]+,)?synergy-.*\n", b"", text))
    bundles = run_chapter(MARKET, data_dir=str(folder))
    text = well(bundles)
    assert charts(bundles) == set()
    assert "No market share was known then" in text
    assert "No market size was known then" in text
    assert charts(run_chapter(MARKET, data_dir=str(folder), estimate="omdia_canalys"))


def test_a_leader_that_reports_nothing(tmp_path):
    folder = ledger_copy.copy_ledger(tmp_path)
    ledger_copy.set_cells(folder, "financials", "nimbus-revenue-2025Q3", entity="Somebody else")
    bundles = run_chapter(MARKET, data_dir=str(folder))
    assert "a revenue that Nimbus is known to have reported, so nothing can be checked" in well(bundles)
    assert "implied-ratio" not in charts(bundles)


@pytest.mark.parametrize(
    "filters",
    [{"layers": "chips", "kinds": "loan"}, {"since": "2030-01-01"}, {"as_of": "2019-07-22"}],
    ids=lambda filters: " ".join(filters),
)
def test_filters_that_leave_no_deal(filters):
    bundles = run_chapter(TIMELINE, **filters)
    assert "No deal of the chosen layers and kinds was publicly known then." in well(bundles)
    assert not charts(bundles) & {"deal-lanes", "deal-pace"}


def test_a_single_day_of_announcements():
    bundles = run_chapter(TIMELINE, as_of="2025-02-01")
    text = well(bundles)
    assert bundles["pace-strip"][EXHIBIT]["title"] == "One deal, too few to speak of a pace"
    assert "No purchase commitment of OpenAI with an amount had been published." in text
    assert "**OpenAI had one cloud supplier (Microsoft) on 1 January 2025 and on 1 February 2025.**" in text


@pytest.mark.parametrize(
    ("chapter", "no"), [(TIMELINE, "No deal was publicly known on"), (MARKET, "No market share was")]
)
def test_a_day_before_the_first_deal(chapter, no):
    bundles = run_chapter(chapter, as_of="2015-12-11")
    assert no in well(bundles)
    assert charts(bundles) == set()


def test_a_buyer_with_nothing_but_letters_of_intent(tmp_path):
    folder = ledger_copy.copy_ledger(tmp_path)
    ledger_copy.spoil(
        folder, "deals", lambda text: re.sub(rb",(contract|reported_contract|amendment),", b",letter_of_intent,", text)
    )
    ledger_copy.spoil(folder, "capacities", lambda text: text.replace(b",contracted,", b",planned,"))
    bundles = run_chapter(TIMELINE, data_dir=str(folder))
    assert "No purchase commitment of Exemplar AI (invented) with an amount had been published." in well(bundles)
    assert "cumulative-payables" not in charts(bundles)
    assert "on days when no amount could be listed" in bundles["quoted"][EXHIBIT]["title"]
    assert not any(mark["binding"] for rows in lanes_data(bundles) for mark in rows if "binding" in mark)


def lanes_data(bundles: Shown) -> list[list[dict]]:
    return list(bundles["lanes"][VEGA_LITE]["datasets"].values())
