"""The cards of the chapters say what their text and charts say, and read well when there is nothing to say."""

import json

import pytest

from tests.chapters import NOTEBOOKS, run_chapter, run_until, said

CARDS = "application/vnd.compute-ledger.key-figures+json"
# Figures that the chapter's sentences tell too, as they are written on the card.
TOLD = {
    "partnership-timeline": ["promised_usd_bn"],
    "cloud-market-shares": ["three_largest_share_pct", "market_hhi_low", "market_hhi_high"],
    "commitment-concentration": [
        "counted_usd_bn",
        "counted_leader_share_pct",
        "counted_three_share_pct",
        "counted_hhi",
    ],
    "funding-gap": ["peak_due_usd_bn", "uncovered_usd_bn", "lowest_coverage_pct", "dearest_gigawatt_year_usd_bn"],
    "capital-loops": ["supplier_equity_low_pct", "supplier_equity_high_pct", "loop_ceiling_usd_bn"],
}


def cards(chapter, **parameters):
    bundles = run_chapter(chapter, **parameters)
    return {figure["id"]: figure for bundle in bundles.values() for figure in bundle.get(CARDS, {}).get("figures", [])}


@pytest.mark.parametrize("as_of", ["latest", "2025-11-07"])
@pytest.mark.parametrize("chapter", TOLD)
def test_the_text_tells_what_the_cards_tell(chapter, as_of):
    figures, text = cards(chapter, as_of=as_of), said(run_chapter(chapter, as_of=as_of))
    assert [figures[name]["text"] for name in TOLD[chapter] if figures[name]["text"] not in text] == []
    assert all(figure["value"] is not None and figure["evidence"] for figure in figures.values())


@pytest.mark.parametrize("chapter", TOLD)
def test_before_the_first_deal_a_card_has_no_value(chapter):
    figures = cards(chapter, as_of="2015-01-01")
    assert figures
    for figure in figures.values():
        assert figure["value"] in (None, 0), figure
        assert "nan" not in figure["text"] + figure["note"]


def test_no_two_chapters_use_one_id():
    outputs = [
        output
        for path in NOTEBOOKS
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]
        for output in cell.get("outputs", ())
    ]
    ids = [figure["id"] for output in outputs for figure in output.get("data", {}).get(CARDS, {}).get("figures", ())]
    assert len(ids) > 20
    assert sorted(ids) == sorted(set(ids))


@pytest.mark.parametrize(
    ("chapter", "figure", "parameters"),
    [
        ("cloud-market-shares", "entry_hhi_change", {"entry_rule": "from_leader"}),
        ("cloud-market-shares", "market_hhi_high", {"quarter": "2025Q3"}),
        ("commitment-concentration", "counted_hhi", {"level": "group", "overlaps": "count_both"}),
        ("commitment-concentration", "counted_usd_bn", {"basis": "annualised"}),
        ("funding-gap", "lowest_coverage_pct", {"ramp": "linear"}),
        ("funding-gap", "left_for_others_usd_bn", {"ramp": "linear"}),
        ("funding-gap", "uncovered_usd_bn", {"revenue_path": "flat"}),
        ("capital-loops", "loop_ceiling_usd_bn", {"longest_loop": 2}),
        ("partnership-timeline", "deals_drawn", {"kinds": "equity"}),
    ],
)
def test_a_parameter_moves_the_figure_that_it_is_about(chapter, figure, parameters):
    figures = run_until("key-figures", chapter, **parameters)[CARDS]["figures"]
    assert {card["id"]: card["value"] for card in figures}[figure] != cards(chapter)[figure]["value"]
