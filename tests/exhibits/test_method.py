"""The table of measures: none that a chapter calls is missing, and each can be read without LaTeX."""

import re

import pytest

from compute_ledger.exhibits import Scope
from compute_ledger.exhibits.method.examples import EXAMPLES, examples
from compute_ledger.exhibits.method.formulas import CHAPTERS, formulas, measures_with_formula
from compute_ledger.exhibits.method.plain_formula import plain_formula
from compute_ledger.ledger import load
from compute_ledger.report.notebooks.notebook_file import read_notebook
from compute_ledger.report.pages.computation.called_measures import by_cell
from compute_ledger.shared.measure_notes import measure_notes
from tests.chapters import NOTEBOOKS, ROOT

LISTED = dict(measures_with_formula())


@pytest.fixture(scope="module")
def table():
    return formulas(Scope.of(load(ROOT / "tests" / "ledger_example"))).table


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_no_measure_that_a_chapter_calls_is_missing(path):
    cells = [cell.source for cell in read_notebook(path).cells if cell.cell_type == "code"]
    called = {measure for measures in by_cell(cells, ROOT).values() for measure in measures}
    with_formula = {measure.address for measure in called if measure_notes(measure.docstring).formula}
    assert with_formula or path.stem in ("two-buyers",)
    assert with_formula <= LISTED.keys()


def test_every_measure_has_a_name_of_its_own_a_formula_a_source_and_a_chapter(table):
    assert len(table) == len(LISTED) > 60
    assert table["measure"].is_unique
    for column in ("what", "formula", "source"):
        assert table[column].str.len().gt(0).all(), column
    slugs = {path.stem for path in NOTEBOOKS}
    assert {link["href"].removesuffix(".html") for link in table["chapter"]} <= slugs
    assert set(CHAPTERS.values()) <= slugs
    assert "Payables" not in set(table["measure"])


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


def test_examples_are_computed_and_right(table):
    worked_out = {address.rpartition(".")[2]: text for address, text in examples().items()}
    assert len(worked_out) == len(EXAMPLES)
    assert worked_out["hhi"] == f"Of 50, 30 and 20: {50**2 + 30**2 + 20**2:,}"
    assert worked_out["effective_number"].endswith(f"{10_000 / 3_800:.2f}")
    assert worked_out["revenue_share"].endswith("2026: 1, 2027: 2 and 2028: 1")
    assert worked_out["coverage"].endswith("50%, short by 5")
    assert set(examples()) <= LISTED.keys()
    assert table["example"].ne("").sum() == len(EXAMPLES)
    assert not table["example"].str.contains(re.compile("nan|n/a")).any()
