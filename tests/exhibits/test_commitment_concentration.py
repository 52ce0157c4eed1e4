"""The chapter on concentration: what it says of thin and odd ledgers, and that its words agree with its numbers."""

import importlib
import re
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from compute_ledger.exhibits import Scope
from compute_ledger.exhibits.concentration import dependence_chart
from compute_ledger.measures import specification_curve
from tests.chapters import EXHIBIT, FINDING, VEGA_LITE, Shown, run_chapter, said
from tests.ledger_copy import WORKED_OUT_ON, copy_ledger, read_rows, write_rows
from tests.measures.test_commitments import ledger_rows

# Its exhibit has the name of the module.
other_counts = importlib.import_module("compute_ledger.exhibits.concentration.other_counts")
DAY = pd.Timestamp("2026-06-30")
PLAIN = {"perimeter": "firm", "basis": "headline", "overlaps": "count_parts", "level": "counterparty", "grade": "C"}
SCOPE = Scope(as_of=DAY, buyer="Exemplar")
NO_DEALS, NO_FIGURES = pd.DataFrame({"counted": []}), pd.DataFrame({"financial_id": []})
Row = dict[str, str]


def chapter_of(tmp_path: Path, change: Callable[[Row], Row], **parameters: str) -> Shown:
    """The chapter on a copy of the example ledger in which `change` has been made to every deal."""
    folder = copy_ledger(tmp_path)
    header, rows = read_rows(folder, "deals")
    write_rows(folder, "deals", header, [change(row) for row in rows])
    return run_chapter("commitment-concentration", data_dir=str(folder), **parameters)


def sourced(deals: pd.DataFrame) -> pd.DataFrame:
    return deals.assign(source_id="s", source_ids=[["s"]] * len(deals), title="A deal", grade="A")


def test_all_letters_of_intent(tmp_path):
    def letter(row: Row) -> Row:
        standing = row["layer"] != "equity" and not row["ended_on"]
        return row | {"kind": "letter_of_intent", "status": "not_finalised"} if standing else row

    folder = copy_ledger(tmp_path)
    for table, change in (("deals", letter), ("capacities", lambda row: row | {"commitment": "planned"})):
        header, rows = read_rows(folder, table)
        write_rows(folder, table, header, [change(row) for row in rows])
    bundles = run_chapter("commitment-concentration", data_dir=str(folder))
    text = said(bundles)
    assert "no amount was published for Exemplar AI (invented)'s contracts in force or reported" in text
    assert "No amount promised by Exemplar AI (invented) was public yet" in text
    assert VEGA_LITE not in bundles["ranked"]
    assert VEGA_LITE not in bundles["rise"]


def test_a_buyer_without_amounts(tmp_path):
    empty = dict.fromkeys(["amount_usd_bn", "amount_low_usd_bn", "amount_high_usd_bn"], "")
    bundles = chapter_of(tmp_path, lambda row: row | empty)
    text = said(bundles)
    assert "No way of counting finds two suppliers" in text
    assert "None of two contracts in force or reported has a published amount" in text
    charts = [name for name, bundle in bundles.items() if VEGA_LITE in bundle]
    assert charts == ["silicon", "capacity-beside-money"]


def test_one_supplier_has_no_index(tmp_path):
    bundles = chapter_of(tmp_path, lambda row: row)
    text = said(bundles)
    assert "Only Stratus has a published amount among" in text
    assert "an index of one supplier says nothing" in text
    assert VEGA_LITE not in bundles["hhi-history"]
    assert "10,000" not in text


def rows_of(bundle):
    names = [column["name"] for column in bundle[EXHIBIT]["table"]["columns"]]
    return [dict(zip(names, row, strict=True)) for row in bundle[EXHIBIT]["table"]["rows"]]


def test_the_chapter_opens_with_the_rise_in_backlogs():
    bundles = run_chapter("commitment-concentration", as_of=WORKED_OUT_ON)
    rows = {row["key"]: row for row in rows_of(bundles["rise"])}
    # Oracle 138 to 455, Microsoft 392 to 625, AWS 244 to 364, CoreWeave 25.9 to 30.1 and 30.1 to 55.6.
    assert rows["Oracle, Aug 2025"]["part_pct"] == pytest.approx(100 * 300 / 317)
    assert rows["Microsoft, Dec 2025"]["others_usd_bn"] == pytest.approx(233 - 250)
    signed, rose = 300 + 250 + 100 + 6.5 + 4, 317 + 233 + 120 + 25.5 + 4.2
    assert rows["All, the rise"]["part_pct"] == pytest.approx(100 * signed / rose)
    assert "equal 94% of the rise in its suppliers' backlogs" in bundles["rise-finding"]["text/markdown"]
    # The second wording of Oracle's contract orders nothing, and says that it is open upwards.
    assert not any(key == "Oracle, Nov 2025" for key in rows)
    assert "The amount with Oracle is worded as a least one" in bundles["rise"][EXHIBIT]["note"]
    assert next(name for name, bundle in bundles.items() if VEGA_LITE in bundle) == "rise"


def test_stock_of_backlogs_names_both_buyers_and_who_depends_more():
    bundles = run_chapter("commitment-concentration", as_of=WORKED_OUT_ON)
    text = bundles["backlog-finding"]["text/markdown"]
    rows = {row["supplier"]: row for row in rows_of(bundles["backlog"])}
    assert rows["Microsoft"]["both_pct"] == pytest.approx(100 * (250 + 30) / 627)
    assert rows["Oracle"]["second_usd_bn"] is None
    assert "every one of them depends on OpenAI more than OpenAI on it" in text
    assert "Oracle 47% against 41%" in text
    assert "Microsoft itself put OpenAI at 45% of its backlog" in text


def test_a_month_of_the_history_has_an_amount_of_each_that_holds_most():
    rows = rows_of(run_chapter("commitment-concentration", as_of=WORKED_OUT_ON)["hhi-history"])
    assert rows[0]["day"] == "2025-10-31"
    assert rows[0]["hhi"] == pytest.approx(10_000 * (300**2 + 250**2 + 22.4**2) / 572.4**2)
    assert [row["floor"] for row in rows] == sorted((row["floor"] for row in rows), reverse=True)
    assert all(row["hhi"] > row["floor"] for row in rows)
    assert rows[-1]["normalised"] == pytest.approx(0.154, abs=5e-4)


def test_the_index_stands_beside_its_floor_and_what_an_open_end_can_do():
    bundles = run_chapter("commitment-concentration", as_of=WORKED_OUT_ON)
    text = bundles["ranked-finding"]["text/markdown"]
    assert "Oracle and Microsoft together hold 75%" in text
    assert "HHI is 3,232 at the printed amounts; with five suppliers it cannot be below 2,000" in text
    amounts = [450, 250, 138, 22.4, 30]
    larger = 10_000 * sum(amount**2 for amount in amounts) / sum(amounts) ** 2
    assert f"half as much again would make the index {larger:,.0f}" in text
    # 45% of Microsoft's backlog of 625.
    assert "is \\$281 billion; with it the index would be 3,259" in text


def test_chips_on_paper_and_under_contract():
    bundles = run_chapter("commitment-concentration", as_of=WORKED_OUT_ON)
    on_paper, bound = [10, 10, 6, 2, 2], [6, 2, 0.75]
    indices = [10_000 * sum(x * x for x in parts) / sum(parts) ** 2 for parts in (on_paper, bound)]
    text = bundles["silicon-finding"]["text/markdown"]
    assert f"five makers (HHI {indices[0]:,.0f}), under contract from three (HHI {indices[1]:,.0f})" in text
    # On a day with one contract on chips its maker is named, and no index of one is printed.
    early = run_chapter("commitment-concentration", as_of="2025-11-07")["silicon-finding"][FINDING]["claim"]
    assert early.endswith("under contract from AMD alone")


@pytest.mark.parametrize("as_of", ["2025-11-07", WORKED_OUT_ON])
def test_other_ways_of_counting_are_by_supplier_and_count_nothing_twice(as_of):
    bundles = run_chapter("commitment-concentration", as_of=as_of)
    own = rows_of(bundles["hhi-history"])[-1]["hhi"]
    text = bundles["specifications-finding"]["text/markdown"]
    assert f"this page's, {own:,.0f}, is the lowest" in text
    for index, suppliers in re.findall(r"([\d,]+) \((\w+) suppliers?\)", text):
        floor = {"two": 5_000, "three": 10_000 / 3, "four": 2_500, "five": 2_000}[suppliers]
        assert float(index.replace(",", "")) >= floor
    assert f"HHI is {own:,.0f} at the printed amounts" in bundles["ranked-finding"]["text/markdown"]


def test_the_page_s_own_place_among_other_ways():
    deals = sourced(
        ledger_rows(
            {"amount_usd_bn": 60},
            {"amount_usd_bn": 40, "counterparty": "Beta"},
            {"amount_usd_bn": 20, "counterparty": "Gamma", "kind": "framework"},
        )
    )
    every = specification_curve.combinations({"C": deals}, DAY)
    rows = other_counts.by_supplier_only(every)
    assert set(rows["level"]) == {"counterparty"}
    assert "count_both" not in set(rows["overlaps"])
    # By supplier 60 and 40: 5,200; with the framework 60, 40 and 20: 3,889.
    finding = other_counts.other_counts_finding(rows, deals, deals, PLAIN, SCOPE)
    assert (
        "in two different ways, the HHI runs from 3,889 to 5,200; this page's, 5,200, is the highest" in finding.claim
    )
    layers = PLAIN | {"level": "layer", "overlaps": "count_both"}
    assert other_counts.other_counts_finding(rows, deals, deals, layers, SCOPE).claim == finding.claim


def test_mirror_decides_only_what_the_intervals_decide():
    rows = pd.DataFrame(
        {
            "supplier": ["Needy", "Needed", "Open"],
            "entity": ["Needy", "Needed", "Part"],
            "share_pct": [20.0, 70.0, 10.0],
            "part_low_pct": [40.0, 5.0, 0.0],
            "part_high_pct": [90.0, 6.0, 30.0],
            "financial_ids": [[], [], []],
        }
    )
    finding = dependence_chart.needs_finding(rows, NO_DEALS, NO_FIGURES, SCOPE)
    assert finding.claim == (
        "Needy needs Exemplar more than Exemplar needs it; Exemplar needs Needed more than the other way round, "
        "on these figures"
    )
    assert (
        "For Open (at most 30% of the revenue of Part, against 10% of the commitments) the figures do not"
        in finding.detail
    )


def test_the_mirror_of_the_ledger_names_definitions_and_bounds():
    bundles = run_chapter("commitment-concentration", as_of=WORKED_OUT_ON)
    needs, backlog = bundles["who-needs-whom"][EXHIBIT], bundles["backlog"][EXHIBIT]
    assert re.search(r"to Oracle is at least 3\.3 times what OCI earned in FY2026", needs["title"])
    assert "OCI for Oracle and Azure for Microsoft" in needs["note"]
    assert "No year of revenue is known for Cerebras" in needs["note"]
    assert "c / (R + c)" in bundles["needs-finding"]["text/markdown"]
    measures = {row[0]: row[1] for row in backlog["table"]["rows"]}
    assert measures["Oracle"] == measures["Microsoft"] == measures["CoreWeave"] == "RPO"
    assert measures["AWS"] == "revenue backlog"


def test_what_is_counted_is_called_commitments():
    bundles = run_chapter("commitment-concentration")
    text = said(bundles) + str([bundle.get(EXHIBIT) for bundle in bundles.values()])
    assert not re.search(r"payable|\bdues\b|perimeter|effective number", text, re.IGNORECASE)


def test_another_buyer_is_named_only_where_backlogs_are_shared_out():
    bundles = run_chapter("commitment-concentration", buyer="Anthropic", as_of="2026-10-10")
    naming = {name for name, bundle in bundles.items() if FINDING in bundle and "OpenAI" in bundle[FINDING]["text"]}
    assert naming == {"backlog-finding"}
