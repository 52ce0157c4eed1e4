"""Two buyers on the same perimeters, against sums worked on paper."""

import pandas as pd
import pytest

from compute_ledger.ledger import load
from compute_ledger.measures.contracts import buyers_compared as m
from tests.structure import ROOT

DAY = "2026-10-10"
LEDGER = load(ROOT / "data", as_of=DAY)
BUYERS = ("OpenAI", "Anthropic")
OF_ANTHROPIC = LEDGER.deals[LEDGER.deals["buyer"] == "Anthropic"]
DRAFT = {"Broadcom": 161.2, "Google Cloud": 111.1, "AWS": 110, "Microsoft": 31.4}


def index(parts):
    return 10_000 * sum((part / sum(parts)) ** 2 for part in parts)


def in_reading(name, buyer="Anthropic"):
    rows = m.compared(LEDGER.deals, LEDGER.as_of, BUYERS).set_index(["reading", "buyer"])
    return rows.loc[(name, buyer)]


@pytest.mark.parametrize(
    ("reading", "parts"),
    [
        ("document", [161.2, 111.1, 110, 31.4]),
        ("document_soft", [161.2, 111.1, 110, 31.4, 84.5, 20]),
        ("document_clouds", [111.1, 110, 31.4]),
        ("document_chain", [161.2 + 111.1, 110, 31.4]),
        ("firm", [161.2, 111.1, 110, 31.4, 35, 11.6, 10]),
        ("firm_soft", [161.2, 111.1, 110, 31.4, 35, 11.6, 10, 84.5, 20, 44.6]),
        ("firm_clouds", [111.1, 110, 31.4, 35, 11.6, 10]),
        ("firm_chain", [161.2 + 111.1, 110, 31.4, 35, 11.6, 10]),
    ],
)
def test_readings_of_anthropic(reading, parts):
    row, largest = in_reading(reading), sorted(parts, reverse=True)
    assert row["total"] == pytest.approx(sum(parts))
    assert row["suppliers"] == len(parts)
    assert row["hhi"] == pytest.approx(index(parts))
    assert row["effective_number"] == pytest.approx(10_000 / index(parts))
    assert row["cr1_pct"] == pytest.approx(100 * largest[0] / sum(parts))
    assert row["cr3_pct"] == pytest.approx(100 * sum(largest[:3]) / sum(parts))
    assert row["source_id"] == ("reuters-2026-09-29" if reading.startswith("document") else "")


def test_which_is_more_concentrated_turns_round_with_the_reading():
    rows = m.compared(LEDGER.deals, LEDGER.as_of, BUYERS).pivot_table(index="reading", columns="buyer", values="hhi")
    lower = rows["Anthropic"] < rows["OpenAI"]
    assert {name for name in rows.index if not lower[name]} == {"document_clouds", "document_chain", "firm_chain"}


def test_a_buyer_without_one_document_stands_with_all_its_contracts():
    assert in_reading("document", "OpenAI")["total"] == in_reading("firm", "OpenAI")["total"]
    assert in_reading("document", "OpenAI")["source_id"] == ""
    earlier = load(ROOT / "data", as_of="2026-07-01")
    rows = m.compared(earlier.deals, earlier.as_of, BUYERS)
    assert not rows["reading"].str.startswith("document").any()
    assert m.compared(earlier.deals, earlier.as_of, ["Mistral"]).empty


def test_two_suppliers_are_no_document():
    rows = pd.DataFrame({"source_id": ["a", "a", "b"], "counterparty": ["x", "y", "z"], "counted": [9.0, 9.0, 1.0]})
    assert m.one_document(rows) == ""
    assert m.one_document(rows.assign(source_id="a")) == "a"
    assert m.one_document(rows.assign(source_id="a", counted=[9.0, 9.0, None])) == ""


def test_without_an_index_sums_stay():
    rows = m.compared(LEDGER.deals, LEDGER.as_of, ["Meta"], without_index=["Meta"])
    assert rows["total"].iloc[0] == pytest.approx(60.1)
    assert rows[m.INDICES].isna().all().all()


def test_what_the_document_changed_and_since_when_there_are_three_suppliers():
    (row,) = m.document_break(OF_ANTHROPIC, LEDGER.as_of).to_dict("records")
    before = [200, 100, 30, 11.6, 10, 35]  # Google as reported in May; Akamai, Volta and Lambda
    assert row["day"] == pd.Timestamp("2026-09-29")
    assert row["total_before"] == pytest.approx(sum(before))
    assert row["hhi_before"] == pytest.approx(index(before))
    assert row["hhi_after"] == pytest.approx(index([*DRAFT.values(), 11.6, 10, 35]))
    assert m.first_day_comparable(OF_ANTHROPIC, LEDGER.as_of) == pd.Timestamp("2026-04-20")
    assert m.first_day_comparable(OF_ANTHROPIC, pd.Timestamp("2026-04-19")) is None
    assert m.document_break(LEDGER.deals[LEDGER.deals["buyer"] == "OpenAI"], LEDGER.as_of).empty


def test_capacity_is_added_on_one_basis_only():
    rows = m.capacity_by_basis(LEDGER.capacities, LEDGER.deals, LEDGER.as_of, BUYERS).set_index(["basis", "buyer"])
    of_chips = rows.loc[("chips", "Anthropic")]
    assert (of_chips["contracted_gw"], of_chips["planned_gw"]) == (3.5, 2)  # Broadcom, AMD
    assert rows.loc[("it_load", "OpenAI"), "contracted_gw"] >= 8  # Ohio
    assert rows.loc[("announced_total", "OpenAI"), "contracted_gw"] == 10  # Stargate's, Oracle's 4.5 among them
    assert list(dict.fromkeys(rows.index.get_level_values(0))) == ["it_load", "site_load", "chips", "announced_total"]


def test_newest_run_rates_keep_what_partners_sell_apart():
    rows = m.newest_run_rates(LEDGER.financials, BUYERS)
    rates = list(zip(rows["entity"], rows["metric"], rows["value"], strict=True))
    assert rates == [
        ("OpenAI", "run_rate", 50),
        ("OpenAI", "run_rate_with_partners", 69),
        ("Anthropic", "run_rate", 65),
    ]
