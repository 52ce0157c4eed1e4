"""The table of measures: none that a chapter calls is missing, and each can be read without LaTeX."""

from math import log

import pytest

from compute_ledger.exhibits import Scope
from compute_ledger.exhibits.method import method_finding
from compute_ledger.exhibits.method.examples import EXAMPLES, examples
from compute_ledger.exhibits.method.formulas import CHAPTERS, formulas, measures_with_formula
from compute_ledger.exhibits.method.plain_formula import plain_formula
from compute_ledger.ledger import load
from compute_ledger.report.notebooks.notebook_file import read_notebook
from compute_ledger.report.pages.computation.called_measures import by_cell
from compute_ledger.shared.measure_notes import measure_notes
from tests.chapters import NOTEBOOKS, ROOT

LISTED = dict(measures_with_formula())


EXAMPLE = load(ROOT / "tests" / "ledger_example")
SCOPE = Scope.of(EXAMPLE)


@pytest.fixture(scope="module")
def table():
    return formulas(SCOPE).table


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_no_measure_that_a_chapter_calls_is_missing(path):
    cells = [cell.source for cell in read_notebook(path).cells if cell.cell_type == "code"]
    called = {measure for measures in by_cell(cells, ROOT).values() for measure in measures}
    with_formula = {measure.address for measure in called if measure_notes(measure.docstring).formula}
    assert with_formula or path.stem in ("two-buyers",)
    assert with_formula <= LISTED.keys()


def test_every_measure_has_a_name_of_its_own_a_formula_an_example_and_a_source(table):
    assert len(table) == len(LISTED) > 60
    assert table["measure"].is_unique
    for column in ("what", "formula", "example", "source"):
        assert table[column].str.len().gt(0).all(), column
    assert "Payables" not in set(table["measure"])


def test_every_measure_leads_to_a_chapter_that_is_there(table):
    slugs = {path.stem for path in NOTEBOOKS}
    assert {link["href"].removesuffix(".html") for link in table["chapter"]} == set(CHAPTERS.values()) <= slugs


def test_formulas_are_readable_without_latex(table):
    for column in ("what", "formula"):
        assert not table[column].str.contains(r"[$\\{}`]").any()


@pytest.mark.parametrize(
    ("latex", "plain"),
    [
        (r"$\frac{100\, a}{B_1 - B_0}$, with orders $a$", "(100 a) / (B_1 - B_0), with orders a"),
        (r"$10{,}000 \sum_i s_i^2$", "10,000 Σ_i s_i²"),
        (r"$(\frac{R_1}{R_0})^{\frac{t}{u}}$", "(R_1 / R_0)^(t / u)"),
        (r"$\text{HHI} \le \max(a, b)$", "HHI ≤ max(a, b)"),
        ("no formula", "no formula"),
    ],
)
def test_latex_becomes_signs(latex, plain):
    assert plain_formula(latex) == plain


# What follows the colon of each example, worked out without the measure.
WORKED = {
    "payables": f"{100 / 4:g}",
    "commitments.by_supplier": f"Alpha {100 * 60 / 100:g}% and Beta {100 * 40 / 100:g}%",
    "counted_once": f"{100 - 30} and 30",
    "hhi": f"{50**2 + 30**2 + 20**2:,}",
    "effective_number": f"{10_000 / 3_800:.2f}",
    "concentration_ratio": f"CR2 {50 + 30}%",
    "normalised_entropy": f"{-sum(s * log(s) for s in (0.5, 0.3, 0.2)) / log(3):.2f}",
    "normalised_hhi": f"{(0.38 - 1 / 3) / (1 - 1 / 3):.2f}",
    "hhi_floor": f"{10_000 / 5:,.0f}",
    "hhi_interval": f"5,000 to {10_000 * (40**2 + 50**2) / 90**2:,.0f}",
    "disclosure": f"{100 * 1 / 2:g}% without an amount",
    "most_even": f"Gamma {(60**2 + 20**2) / 80:g}",
    "named_part": f"{30 + 10}% named, HHI {30**2 + 10**2:,} to {90**2 + 10**2:,}",
    "dependence": f"ratio {100 * 25 / 25:g}%, part {100 * 25 / 50:g} to 100%",
    "capacity.by_supplier": "Venture 10 and Alpha 4.5 GW",
    "total": "10 GW",
    "under_contract": "4.5 GW",
    "busiest_days": f"{(10 - 1) / (3 - 1)} days a deal",
    "announcement_outcomes": f"grown in {31 + 28 + 1} days",
    "backlog_rises": f"{100 * 30 / 40:g}%, everybody else {90 - 50 - 30}",
    "backlog_stock": f"{100 * 30 / 90:.2f}%",
    "orders_signed": f"first 38 and second {138 - 38}",
    "sum_of_rises": f"{100 * (30 + 45) / (40 + 60):g}%",
    "compared": f"HHI {60**2 + 40**2:,}, effective number {10_000 / 5_200:.2f}",
    "document_break": f"0 and {3 * 10}, HHI {10_000 / 3:,.0f}",
    "capacity_by_basis": f"4.5 GW contracted, {10 - 4.5} planned",
    "bought": f"{300 / (4.5 * 5):.2f}",
    "earned": f"{12 / 1.5:g}",
    "capacity_needed": f"{280 / 10:g} GW",
    "conflicts": "1 conflict of 2 claims",
    "quoted_against_sum": "1 conflict",
    "evidence_strength": f"1 origin, {30 - 20} days old, 100% seen",
    "top_k": f"{30 + 20}, from {29.5 + 19.5:g} to {30.5 + 20.5:g}",
    "sums_of_leaders": f"{30 + 20 + 10}, from {60 - 1.5} to {60 + 1.5}, printed 61",
    "printable_totals": "62, 63 and 64",
    "with_midpoints": f"{(30 + 40) / 2:g}",
    "half_unit": f"{0.1 / 2:g}",
    "implied_revenue": f"{0.295 * 99.5:.2f} to {0.305 * 100.5:.2f}, {2935.25 / 32.05:.1f} to {3065.25 / 31.95:.1f}%",
    "one_ratio": "94 to 96%",
    "market_hhi_interval": f"{40**2 + 30**2:,} to {40**2 + 2 * 30**2:,}",
    "carried_cap": f"{4 + 0.5 + 1}% (Delta, Q4 2025)",
    "tail_shares": f"{4 - 0.5 - 1} to {4 + 0.5 + 1}%",
    "carried_hhi": f"{29.5**2 + 19.5**2 + 9.5**2:,.0f} to {30.5**2 + 20.5**2 + 10.5**2 + 7 * 5.5**2 + 0.5:,.0f}",
    "payments_of_years": f"{5 - 0.2 * 10:g} to 5",
    "revenue_between": f"{10 - 3 + 8}",
    "market_of_quarters": f"99.5 to 100.5, Alpha {0.295 * 99.5:.2f} to {0.305 * 100.5:.2f}",
    "customer_part": f"{500 / 100.5:.2f} to {1000 / 99.5:.2f}% of the market, "
    f"{500 / 30.6525:.1f} to {1000 / 29.3525:.1f}% of Alpha",
    "implied_bases": f"above, by {100 * (134.5 / 1.305 / 100.5 - 1):.1f} to {100 * (135.5 / 1.295 / 99.5 - 1):.1f}%",
    "promises_a_year": f"{500 / 5 - 10:g} to {500 / 5:g}",
    "shares_with_promises": f"Beta {100 * (80 + 100) / 500:g}, Alpha {100 * 120 / 500:g} and Gamma {100 * 40 / 500:g}",
    "concentration_change": f"{30**2 + 20**2 + 10**2:,} before, {36**2 + 24**2 + 8**2:,} after",
    "ranks": "Beta from 2 to 1",
    "stake_deltas": f"{0.2 * 28.5 * 5:g} silent, {2 * 28.5 * 5:g} as one firm",
    "change_of_hhi": f"−{1400 - 1400 * 0.95**2 - 25:g}",
    "change_interval": f"−{1600 - 1600 * 0.95**2 - 25:g} to −{1400 - 1400 * 0.95**2 - 25:g}",
    "share_due": f"{0.5**2:g}",
    "dues_by_year": f"{30 / 9:.2f}, {30 * 3 / 9:g} and {30 * 5 / 9:.2f}",
    "share_paid": f"{0.5**3:g}",
    "schedule_band": f"{100 / 4**3:.2f} to {100 / 4**2:g}, fitted {100 / 4**2:g}",
    "fitted_dues": "6.25, 18.75, 31.25 and 43.75",
    "points_of_ledger": "at most 40 in 2026",
    "duration_points": f"{(3 - 0.5 * 2) / 0.5:g} years",
    "half_years": f"{10 - 4} in the second",
    "implied_other_costs": f"{100 + 30 - 80}",
    "uncovered": f"2026 {10 - 5}, 2027 0 and 2028 0",
    "coverage": f"{100 * 5 / 10:g}%, short by {10 - 5}",
    "peak": "20 in 2028",
    "revenue_path": f"{10 * 8 ** (1 / 3):g}",
    "revenue_by_schedule": f"short by {10 - 5}, coverage {100 * 35 / 30:.2f}%",
    "spread_by_choice": f"the path moves it by {5 - 0}",
    "balance_by_year": f"−{40 - 30}, at most {30 + 20 - 40}",
    "months_of_money": f"{12 * 40 / 20:g} months",
    "growth_to_cover": f"{100 * ((40 / 10) ** (1 / 2) - 1):g}% a year",
    "revenue_share": "2026 1, 2027 2 and 2028 1",
    "loops": "Buyer → Alpha → Buyer, smallest leg 30",
    "ceiling": f"{min(100, 30)}",
    "supplier_equity": f"{100 * 30 / 100:g} to {100 * (30 + 10) / 100:g}%",
    "by_investor": f"{min(30, 100)} could return",
    "cash_by_pair": f"{5 - 3} net",
    "paid_by_share": f"{0.67 * 5.13:.2f}, from {0.665 * 5.13:.2f} to {0.675 * 5.13:.2f}",
}


def test_examples_are_computed_and_right():
    worked_out = examples()
    assert worked_out.keys() == LISTED.keys()
    for address, text in worked_out.items():
        *_, module, name = address.split(".")
        expected = WORKED.get(f"{module}.{name}") or WORKED[name]
        assert text.partition(": ")[2] == expected, address
    assert len(WORKED) == len(EXAMPLES) == len(worked_out)


def test_the_opening_counts_formulas_and_contracts_without_an_amount():
    counted = SCOPE.payables(SCOPE.deals(EXAMPLE))
    opening = method_finding(counted, EXAMPLE, SCOPE)
    assert f"by {len(LISTED)} formulas" in opening.claim
    assert len(opening.rests_on["deals"]) == len(counted)
    nothing = method_finding(counted.iloc[:0], EXAMPLE, SCOPE)
    assert "No contract of" in nothing.detail
    assert nothing.rests_on == {}
