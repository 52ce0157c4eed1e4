"""The chapter on concentration: what it says of thin and odd ledgers, and that its words agree with its numbers."""

import re
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from compute_ledger.exhibits import Scope
from compute_ledger.exhibits.concentration import dependence_chart, influence, specification_chart
from compute_ledger.ledger.grades import GRADES
from compute_ledger.measures import commitments, concentration
from compute_ledger.measures import specification_curve as measure
from tests.chapters import EXHIBIT, VEGA_LITE, Shown, run_chapter, said
from tests.ledger_copy import WORKED_OUT_ON, copy_ledger, read_rows, write_rows
from tests.measures.test_commitments import ledger_rows

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

    bundles = chapter_of(tmp_path, letter)
    text = said(bundles)
    assert "no amount was published for the firm commitments" in text
    assert "find no amount and are not on the curve" in text
    assert "Fewer than two deals" in text
    assert VEGA_LITE not in bundles["ranked"]
    assert VEGA_LITE in bundles["specification-curve"]


def test_a_buyer_without_amounts(tmp_path):
    empty = dict.fromkeys(["amount_usd_bn", "amount_low_usd_bn", "amount_high_usd_bn"], "")
    bundles = chapter_of(tmp_path, lambda row: row | empty)
    text = said(bundles)
    assert "No combination of the choices finds a published amount" in text
    assert "None of two deals in firm commitments has a published amount" in text
    assert [name for name, bundle in bundles.items() if VEGA_LITE in bundle] == ["undisclosed"]


def test_one_supplier_has_no_deal_to_leave_out(tmp_path):
    bundles = chapter_of(tmp_path, lambda row: row)
    assert "The deal with Stratus is the only one with an amount" in bundles["leave-one-out"]["text/markdown"]
    assert "as concentrated as one supplier" in bundles["effective-suppliers"][EXHIBIT]["title"]


@pytest.mark.parametrize("as_of", ["2025-11-07", "latest"])
def test_the_curve_says_what_its_table_shows(as_of):
    bundles = run_chapter("commitment-concentration", as_of=as_of)
    about = bundles["specification-curve"][EXHIBIT]
    names = [column["name"] for column in about["table"]["columns"]]
    rows = [dict(zip(names, row, strict=True)) for row in about["table"]["rows"]]
    index = [row["hhi"] for row in rows]
    assert index == sorted(index)
    high = sum(value > 1_800 for value in index)
    assert high == len(index)
    assert about["title"].startswith(f"The HHI is above 1,800 in all {len(index)} different")
    assert about["title"].endswith(f"from {index[0]:,.0f} to {index[-1]:,.0f}")
    text = said({"finding": bundles["specifications-finding"]})
    folded, distinct = sum(row["folded"] for row in rows), len(rows)
    assert f"allow {folded:.0f} combinations" in text
    assert f"{folded - distinct:.0f} give suppliers the same shares" in text
    assert f"The median index, {sorted(index)[(distinct - 1) // 2]:,.0f}," in text
    (own,) = [row for row in rows if row["mark"]]
    assert f"this page give {own['hhi']:,.0f}" in text
    assert f"The HHI was {own['hhi']:,.0f}" in said({"ranked": bundles["ranked-finding"]})


def test_more_specifications_than_a_chart_can_hold_are_thinned_and_the_table_has_all():
    rows = [
        {"counterparty": f"C{i}", "counterparty_group": f"G{i % 4}", "layer": layer, "kind": kind, "status": status,
         "amount_usd_bn": 10.0 + 7 * i**2, "term_years": 1.0 + i, "start_on": "2026-01-01",
         "part_of": "d6" if i in (2, 5) else None}
        for i, (layer, kind, status) in enumerate(
            [("cloud", "contract", "in_force"), ("chips", "contract", "conditional"),
             ("data_centre", "letter_of_intent", "not_finalised")] * 4
        )
    ]  # fmt: skip
    deals = sourced(ledger_rows(*rows))
    by_grade = {grade: deals.iloc[: 9 + place] for place, grade in enumerate(GRADES)}
    every = measure.combinations(by_grade, DAY)
    distinct = measure.distinct(every, PLAIN)
    many = pd.concat([distinct, distinct.assign(own=False, hhi=distinct["hhi"] + 0.5)] * 2).sort_values("hhi")
    many = many.reset_index(drop=True)
    assert len(many) > 300
    bundles = specification_chart.curve(many, measure.swings(every), deals, deals, SCOPE)._repr_mimebundle_()
    assert all(len(data) <= 300 for data in bundles[VEGA_LITE]["datasets"].values())
    assert len(bundles[EXHIBIT]["table"]["rows"]) == len(many)
    assert "are drawn, evenly spread" in bundles[EXHIBIT]["note"]


def test_a_curve_below_the_line_says_so():
    deals = sourced(ledger_rows(*({"counterparty": f"C{i}", "counterparty_group": f"C{i}"} for i in range(6))))
    every = measure.combinations({"C": deals}, DAY)
    # Six equal suppliers: 1,667 by supplier and group; one layer: 10,000.
    rows = measure.distinct(every, PLAIN)
    text = specification_chart.curve_finding(rows, every, measure.swings(every), deals, deals, PLAIN, SCOPE).text
    assert "above 1,800 in 1 of 2 different specifications (50%)" in text


def test_leaving_out_names_deals_of_one_supplier_apart():
    deals = sourced(
        ledger_rows(
            {"amount_usd_bn": 10},
            {"amount_usd_bn": 10, "announced_on": "2026-03-01"},
            {"amount_usd_bn": 30, "counterparty": "Beta"},
        )
    )
    left = concentration.leave_one_out(commitments.payables(deals, DAY))
    exhibit = influence.leave_one_out(left, SCOPE)
    assert sorted(exhibit.table["deal"]) == ["Alpha's $10bn, Jan 2026", "Alpha's $10bn, Mar 2026", "Beta's $30bn"]


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
    assert re.search(r"3\.3 times OCI's, at most 67% of Azure's", needs["title"])
    assert "OCI for Oracle and Azure for Microsoft" in needs["note"]
    assert "No year of revenue is known for Cerebras" in needs["note"]
    measures = {row[0]: row[1] for row in backlog["table"]["rows"]}
    assert measures["Oracle"] == measures["Microsoft"] == measures["CoreWeave"] == "RPO"
    assert measures["AWS"] == "revenue backlog"
    assert "Microsoft itself put OpenAI at 45%" in backlog["note"]
