"""The desk in a real browser: whatever a reader chooses, it prints what Python prints.

Python computes with the measures and words of the chapters, from a ledger loaded for the day and the grade; the
browser with the scripts of the built page. `COMPUTE_LEDGER_LONG=1` tries every buyer in every way on every day.
"""

import functools
import itertools
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from compute_ledger.exhibits import Scope
from compute_ledger.exhibits.concentration.desk import commitments_desk as concentration
from compute_ledger.ledger import Ledger, load
from compute_ledger.ledger.grades import GRADES
from compute_ledger.measures import commitments
from compute_ledger.shared.choices import BASES, LEVELS, OVERLAPS, PERIMETERS

from .conftest import ROOT

LONG = bool(os.environ.get("COMPUTE_LEDGER_LONG"))
TERMS = (5.0, 1.0, 7.0, 20.0, 3.0)
# Nobody's first deal, a day of many, one before and one after a contract ends, the newest.
DAYS = ("2019-07-22", "2025-11-07", "2026-03-05", "2026-07-01", "2026-10-10")
State = dict[str, Any]


@functools.cache
def ledger_of(day: str, grade: str) -> Ledger:
    return load(ROOT / "data", day, grade)


def open_desk(page: Page, address: str) -> None:
    """Open a page and wake its desk."""
    page.goto(address)
    page.locator("section.desk").dispatch_event("pointerenter")
    page.wait_for_function("() => globalThis.desk?.held && document.querySelector('.desk-command code').textContent")


@pytest.fixture
def tab(browser: Browser) -> Iterator[Page]:
    """A tab in which nothing may be said on the console, nor asked of another host."""
    said: list[str] = []
    with browser.new_page(viewport={"width": 1280, "height": 900}) as page:
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("request", lambda asked: asked.url.startswith("file:") or said.append(asked.url))
        yield page
    assert said == []


def answers(page: Page, module: str, states: list[State]) -> list[Any]:
    """What the page's module says of each state, its days as ISO dates."""
    script = """([module, states]) => states.map((state) => desk[module].answer(desk.held,
        { ...state, as_of: desk.formatting.dayNumber(state.as_of) }))"""
    return page.evaluate(script, [module, states])


def concentration_states() -> list[State]:
    """Every way of counting the first buyer's on several days, with terms in turn, and some of every other buyer's."""
    choices = list(itertools.product(PERIMETERS, BASES, OVERLAPS, LEVELS, GRADES))
    terms = itertools.cycle(TERMS)
    first, *others = ledger_of(DAYS[-1], "C").buyers
    states = [(first, day, choice) for day in DAYS[1:] for choice in choices]
    step = 1 if LONG else 29  # no factor of the number of choices, so that each choice comes
    states += list(itertools.product(others, DAYS, choices))[::step]
    names = ("perimeter", "basis", "overlaps", "level", "min_grade")
    return [
        dict(zip(names, choice, strict=True)) | {"buyer": buyer, "as_of": day, "default_term_years": next(terms)}
        for buyer, day, choice in states
    ]


def expected_concentration(state: State) -> dict[str, Any]:
    ledger = ledger_of(state["as_of"], state["min_grade"])
    choices = {name: state[name] for name in ("perimeter", "basis", "overlaps", "level", "default_term_years")}
    scope = Scope.of(ledger, state["buyer"], **choices)
    counted = scope.payables(scope.deals(ledger))
    return concentration.answer(commitments.by_supplier(counted, scope.level), counted, scope).printed


def test_concentration_is_as_python_computes_it(tab: Page, book: Path):
    open_desk(tab, f"{book.as_uri()}/commitment-concentration.html")
    states = concentration_states()
    for state, answer in zip(states, answers(tab, "concentration", states), strict=True):
        assert answer == expected_concentration(state), state
