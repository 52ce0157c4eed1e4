"""Measures that no page uses yet say as much of themselves as the others: summary, and a formula with its source."""

import importlib
import inspect
import pkgutil

import pytest

from compute_ledger import measures
from compute_ledger.report.outputs import mathml
from compute_ledger.report.pages.computation.measure_entries import MARKED
from compute_ledger.shared.measure_notes import measure_notes

FOLDERS = ("contracts", "payments", "evidence")
MODULES = (
    "carried_tail", "customer_payments", "market_part", "market_restatement", "promised_revenue", "silent_stakes",
    "open_amounts",
)  # fmt: skip


def public_functions():
    for entry in pkgutil.walk_packages(measures.__path__, "compute_ledger.measures."):
        folder, module = entry.name.split(".")[-2:]
        if folder in FOLDERS or module in MODULES:
            loaded = importlib.import_module(entry.name)
            for name, function in inspect.getmembers(loaded, inspect.isfunction):
                if function.__module__ == entry.name and not name.startswith("_"):
                    yield pytest.param(function, id=f"{module}.{name}")


@pytest.mark.parametrize("function", list(public_functions()))
def test_a_measure_says_what_it_is(function):
    notes = measure_notes(function.__doc__)
    assert notes.summary.endswith(".")
    assert bool(notes.formula) != bool(notes.no_formula)
    assert notes.reference or not notes.formula
    latex = [latex for latex, _ in MARKED.findall(notes.formula) if latex]
    assert bool(latex) == bool(notes.formula)
    assert [formula for formula in latex if mathml.formula(formula, display=False) is None] == []
    assert "$" not in MARKED.sub("", notes.formula) + notes.summary + notes.reference
