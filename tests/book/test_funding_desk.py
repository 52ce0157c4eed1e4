"""The desk of the funding gap in a real browser: whatever a reader chooses, it prints what Python prints.

Python works each choice out with the measures of the chapter, schedule by schedule; the browser has the scripts of the
page and the tables that the chapter hands over.
"""

import functools
import itertools
import json
import shlex
import statistics
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from playwright.sync_api import Page

from compute_ledger.exhibits import Scope
from compute_ledger.exhibits.funding.desk import payments_desk
from compute_ledger.measures import funding
from compute_ledger.measures.payment_schedule import due_deals, dues_by_year
from compute_ledger.measures.payments.chosen_schedule import SCHEDULES, Schedules, compared_schedules
from compute_ledger.measures.payments.published_points import points_of_ledger
from compute_ledger.report.notebooks.notebook_file import read_notebook
from compute_ledger.report.notebooks.parameters import check, declared, split_assignment
from compute_ledger.shared import rounding
from compute_ledger.shared.mime_types import DESK

from .conftest import ROOT
from .desk_page import LONG, NEWEST, State, answers, ledger_of, open_desk, shown, texts_of

CHAPTER = "funding-gap"
MOST_MS = 16  # of script, for a change of an input
TERMS = [float(term) for term in range(1, 21)] if LONG else [5.0, 1.0, 3.0, 8.0, 20.0]
EDITIONS = {NEWEST: "", **{day: f"editions/{day}/" for day in ("2026-07-01", "2025-11-07")}}
PUBLISHED = {"default_term_years": 5.0, "ramp": "fitted", "revenue_path": "targets"}
STATES = [
    dict(zip(PUBLISHED, choice, strict=True)) for choice in itertools.product(TERMS, SCHEDULES, funding.REVENUE_PATHS)
]


class Chapter:
    """What the cells of the chapter work out on a day, for one buyer and what is counted."""

    def __init__(self, day: str, buyer: str, perimeter: str) -> None:
        self.ledger = ledger_of(day, "C")
        self.scope = Scope.of(self.ledger, buyer, perimeter=perimeter)
        self.deals = self.scope.deals(self.ledger)
        financials, name = self.ledger.financials, self.scope.buyer
        suppliers = sorted(set(self.due(5.0)["counterparty"]))
        self.limits = points_of_ledger(financials, name, suppliers)
        self.points, self.totals = funding.revenue_points(financials, name), funding.own_totals(financials, name)
        self.fitted = functools.cache(self._fitted)

    def due(self, term: float) -> pd.DataFrame:
        return due_deals(self.deals, self.scope.as_of, perimeter=self.scope.perimeter, default_term_years=term)

    def _fitted(self, term: float) -> Schedules:
        return compared_schedules(self.due(term), self.limits, funding.covered_years(self.scope.as_of))

    def schedules(self, term: float, ramp: str) -> Schedules:
        """As the chapter compares them, with one fit for all ramps of a term."""
        fitted = self.fitted(term)
        if ramp not in fitted.lines or ramp == fitted.chosen:
            return fitted
        return replace(fitted, chosen=ramp, yearly=rounding.frame(dues_by_year(self.due(term), ramp)))

    def expected(self, state: State) -> dict[str, Any]:
        """What Python prints of a state of the inputs."""
        term = state["default_term_years"]
        schedules = self.schedules(term, state["ramp"])
        answer = payments_desk.answer(
            schedules,
            self.due(term),
            self.points,
            self.totals,
            replace(self.scope, default_term_years=term),
            path=state["revenue_path"],
        )
        return answer.printed

    def held(self) -> dict[str, Any]:
        """What the chapter hands over to the page."""
        desk = payments_desk.desk(
            self.deals,
            self.limits,
            self.points,
            self.totals,
            self.ledger,
            self.scope,
            ramp="fitted",
            revenue_path="targets",
            quoted_total="largest",
        )
        return json.loads(json.dumps(desk._repr_mimebundle_()[DESK]))


@functools.cache
def chapter(day: str, buyer: str = "auto", perimeter: str = "firm") -> Chapter:
    return Chapter(day, buyer, perimeter)


@pytest.mark.parametrize("day", EDITIONS)
def test_the_gap_is_as_python_computes_it(tab: Page, book: Path, day: str):
    open_desk(tab, f"{book.as_uri()}/{EDITIONS[day]}{CHAPTER}.html")
    for state, answer in zip(STATES, answers(tab, "payments", STATES), strict=True):
        assert answer == chapter(day).expected(state), state


OTHER_DAYS = [
    ("2015-01-01", "auto", "firm"),
    ("2024-06-01", "auto", "firm"),
    ("2025-09-23", "auto", "announced"),
    ("2026-03-05", "auto", "announced"),
    (NEWEST, "Anthropic", "announced"),
    (NEWEST, "Meta", "firm"),
    (NEWEST, "xAI", "firm"),
]


@pytest.mark.parametrize(("day", "buyer", "perimeter"), OTHER_DAYS)
def test_other_days_and_buyers_are_as_python_computes_them(tab: Page, book: Path, day: str, buyer: str, perimeter: str):
    """By what the chapter would hand over then: no path of revenue, nothing due, no total, one ramp for all."""
    open_desk(tab, f"{book.as_uri()}/{CHAPTER}.html")
    of_then = chapter(day, buyer, perimeter)
    states = STATES if LONG else STATES[::7] + STATES[:12]
    for state, answer in zip(states, answers(tab, "payments", states, of_then.held()), strict=True):
        assert answer == of_then.expected(state), state


def test_contracts_that_begin_after_the_years_shown(tab: Page, book: Path):
    open_desk(tab, f"{book.as_uri()}/{CHAPTER}.html")
    later = Chapter(NEWEST, "auto", "firm")
    later.deals = later.deals.assign(start_on=pd.Timestamp("2040-01-01"))
    states = STATES[:12]
    for state, answer in zip(states, answers(tab, "payments", states, later.held()), strict=True):
        assert answer == later.expected(state), state
        assert answer["claim"].startswith("Revenue on the assumed path would reach")
        assert "when it covers least" not in answer["detail"]
        assert [figure["text"] for figure in answer["figures"][:3]] == ["$0 billion", "n/a", "n/a"]


def test_a_reader_at_the_keyboard(tab: Page, book: Path):
    tab.goto(f"{book.as_uri()}/{CHAPTER}.html")
    assert shown(tab) == texts_of(chapter(NEWEST).expected(PUBLISHED))
    tab.locator(".desk [name=default_term_years]").focus()
    tab.wait_for_function("() => document.querySelector('.desk-command code').textContent")
    for key in ("ArrowUp", "Tab", "ArrowDown", "Tab", "ArrowDown"):
        tab.keyboard.press(key)
    state = {"default_term_years": 6.0, "ramp": "flat", "revenue_path": "flat"}
    assert shown(tab) == texts_of(chapter(NEWEST).expected(state))
    assert tab.evaluate("location.hash") == "#desk?default_term_years=6&ramp=flat&revenue_path=flat"
    tab.reload()
    tab.wait_for_function("() => document.querySelector('.desk-command code').textContent")
    assert shown(tab) == texts_of(chapter(NEWEST).expected(state))
    tab.get_by_role("button", name="Reset").press("Enter")
    assert shown(tab) == texts_of(chapter(NEWEST).expected(PUBLISHED))
    assert tab.evaluate("location.hash") == ""


def test_the_printed_command_gives_the_figures_of_the_desk(tab: Page, book: Path, tmp_path: Path):
    tab.goto(f"{book.as_uri()}/{CHAPTER}.html#desk?default_term_years=9&ramp=linear&revenue_path=constant_increase")
    tab.wait_for_function("() => document.querySelector('.desk-command code').textContent")
    program, *arguments = shlex.split(tab.locator(".desk-command code").text_content() or "")
    assert program == "compute-ledger"
    values = dict(split_assignment(text) for text in arguments[3::2])
    chosen = check(declared(read_notebook(ROOT / f"notebooks/{CHAPTER}.ipynb"), "it"), values, "it")
    assert chosen["default_term_years"] == 9.0
    command = [sys.executable, "-m", "compute_ledger", *arguments, "--project", str(ROOT), "-o", str(tmp_path / "run")]
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    figures = json.loads((tmp_path / "run/key-figures.json").read_text(encoding="utf-8"))
    texts = shown(tab)["figures b"]
    assert len(texts) == 4
    assert [figure["text"] for figure in figures][: len(texts)] == texts


def test_a_change_is_quick(tab: Page, book: Path):
    open_desk(tab, f"{book.as_uri()}/{CHAPTER}.html")
    script = """() => [...Array(60).keys()].map((i) => {
        const term = document.querySelector(".desk [name=default_term_years]");
        term.value = 1 + (i % 20);
        const start = performance.now();
        term.dispatchEvent(new Event("input", { bubbles: true }));
        return performance.now() - start;
    })"""
    assert statistics.median(tab.evaluate(script)) < MOST_MS
