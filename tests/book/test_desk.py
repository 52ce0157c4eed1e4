"""The desk in a real browser: whatever a reader chooses, it prints what Python prints.

Python computes with the measures and words of the chapters, from a ledger loaded for the day and the grade; the
browser with the scripts of the built page. `COMPUTE_LEDGER_LONG=1` tries every buyer in every way on every day.
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
from bs4 import BeautifulSoup
from playwright.sync_api import Browser, Page

from compute_ledger.exhibits import Scope, formatting, market
from compute_ledger.exhibits.concentration.desk import commitments_desk as concentration
from compute_ledger.exhibits.market.what_ifs import entry_desk as entry
from compute_ledger.ledger.grades import GRADES
from compute_ledger.measures import commitments
from compute_ledger.measures.market import carried_tail, market_estimates
from compute_ledger.report.notebooks.notebook_file import read_notebook
from compute_ledger.report.notebooks.parameters import check, declared, split_assignment
from compute_ledger.shared.choices import BASES, ENTRY_RULES, LEVELS, OVERLAPS, PERIMETERS

from .conftest import ROOT
from .desk_page import LONG, NEWEST, State, answers, ledger_of, open_desk, shown, texts_of

MOST_MS = 16  # of script, for a change of an input
TERMS = (5.0, 1.0, 7.0, 20.0, 3.0)
# A day of many deals, the day before one ends, the newest.
DAYS = ("2025-11-07", "2026-03-05", NEWEST, *(("2019-07-22", "2025-09-23", "2026-07-01") if LONG else ()))


@functools.cache
def deals_of(buyer: str, day: str, grade: str) -> tuple[Scope, pd.DataFrame]:
    ledger = ledger_of(day, grade)
    scope = Scope.of(ledger, buyer)
    return scope, scope.deals(ledger)


def concentration_states(day: str) -> list[State]:
    """Every way of counting the first buyer's on a day, with terms in turn, and some of every other buyer's."""
    choices = list(itertools.product(PERIMETERS, BASES, OVERLAPS, LEVELS, GRADES))
    terms = itertools.cycle(TERMS)
    first, *others = ledger_of(day, "C").buyers
    step = 1 if LONG else 29  # no factor of the number of choices, so that each choice comes
    states = [(first, choice) for choice in choices] + list(itertools.product(others, choices))[::step]
    names = ("perimeter", "basis", "overlaps", "level", "min_grade")
    return [
        dict(zip(names, choice, strict=True)) | {"buyer": buyer, "as_of": day, "default_term_years": next(terms)}
        for buyer, choice in states
    ]


def expected_concentration(state: State) -> dict[str, Any]:
    scope, deals = deals_of(state["buyer"], state["as_of"], state["min_grade"])
    names = ("perimeter", "basis", "overlaps", "level", "default_term_years")
    scope = replace(scope, **{name: state[name] for name in names})
    counted = scope.payables(deals)
    return concentration.answer(commitments.by_supplier(counted, scope.level), counted, scope).printed


@pytest.mark.parametrize("day", DAYS)
def test_concentration_is_as_python_computes_it(tab: Page, book: Path, day: str):
    open_desk(tab, f"{book.as_uri()}/commitment-concentration.html")
    states = concentration_states(day)
    for state, answer in zip(states, answers(tab, "concentration", states), strict=True):
        assert answer == expected_concentration(state), state


@functools.cache
def market_of(day: str) -> tuple[Any, ...]:
    """What the chapter compares on a day, as its cells work it out."""
    ledger = ledger_of(day, "C")
    scope = Scope.of(ledger)
    shares, sizes = (
        market_estimates.one_estimate(rows, "synergy") for rows in (ledger.market_shares, ledger.market_size)
    )
    quarter = market_estimates.pick_quarter(shares, "latest")
    latest = market_estimates.latest_shares(shares, quarter)
    size = sizes.set_index("quarter")["revenue_usd_bn"][quarter]
    both = market.compare(scope.payables(scope.deals(ledger)), market.with_tail(shares, latest, quarter))
    return latest, carried_tail.carried_hhi(shares, quarter), size, both, scope, quarter


def expected_entry(day: str, state: State) -> dict[str, Any]:
    *compared, scope, quarter = market_of(day)
    return entry.answer(*compared, state["entrant_share_pct"], state["entry_rule"], scope, quarter).printed


EDITIONS = {NEWEST: "", **{day: f"editions/{day}/" for day in ("2026-07-01", "2025-11-07")}}


@pytest.mark.parametrize("day", EDITIONS)
def test_an_entrant_is_as_python_computes_it(tab: Page, book: Path, day: str):
    open_desk(tab, f"{book.as_uri()}/{EDITIONS[day]}cloud-market-shares.html")
    shares = [tenths / 10 for tenths in range(0, 501, 1 if LONG else 7)] + [20.0, 28.0, 50.0]
    states = [{"entrant_share_pct": share, "entry_rule": rule} for share in shares for rule in ENTRY_RULES]
    for state, answer in zip(states, answers(tab, "entry", states), strict=True):
        assert answer == expected_entry(day, state), state


def expected_shown(state: State) -> dict[str, Any]:
    return texts_of(expected_concentration(state))


PUBLISHED = {"perimeter": "firm", "basis": "headline", "overlaps": "count_parts", "level": "counterparty"}
PUBLISHED |= {"min_grade": "C", "buyer": "OpenAI", "default_term_years": 5.0}


@pytest.mark.parametrize("name", ["index.html", "commitment-concentration.html"])
def test_a_reader_at_the_keyboard(tab: Page, book: Path, name: str):
    tab.goto(f"{book.as_uri()}/{name}")
    published = shown(tab)
    assert published == expected_shown(PUBLISHED | {"as_of": NEWEST})
    assert tab.locator(".desk [type=date]").input_value() == NEWEST
    tab.locator(".desk [name=perimeter]").focus()
    tab.wait_for_function("() => document.querySelector('.desk-command code').textContent")
    tab.keyboard.press("ArrowDown")
    tab.keyboard.press("ArrowDown")
    assert shown(tab) == expected_shown(PUBLISHED | {"as_of": NEWEST, "perimeter": "announced"})
    tab.locator(".desk [name=as_of]").focus()
    tab.keyboard.press("ArrowLeft")
    before = pd.Timestamp(NEWEST) - pd.Timedelta(days=1)
    state = PUBLISHED | {"as_of": f"{before:%Y-%m-%d}", "perimeter": "announced"}
    assert shown(tab) == expected_shown(state)
    assert tab.locator(".desk [name=as_of]").get_attribute("aria-valuetext") == formatting.day(before)
    tab.locator(".desk [type=date]").fill("2025-11-07")
    tab.locator(".desk [name=basis]").select_option("annualised")
    tab.locator(".desk [name=default_term_years]").fill("7")
    state |= {"as_of": "2025-11-07", "basis": "annualised", "default_term_years": 7.0}
    assert shown(tab) == expected_shown(state)
    address = tab.evaluate("location.hash")
    assert address == "#desk?as_of=2025-11-07&perimeter=announced&basis=annualised&default_term_years=7"
    tab.get_by_role("button", name="Reset").press("Enter")
    assert shown(tab) == published
    assert tab.evaluate("location.hash") == ""


def test_a_reader_chooses_an_entrant(tab: Page, book: Path):
    tab.goto(f"{book.as_uri()}/cloud-market-shares.html")
    state = {"entrant_share_pct": 5.0, "entry_rule": "proportional"}
    assert shown(tab) == texts_of(expected_entry(NEWEST, state))
    tab.locator(".desk [name=entrant_share_pct]").focus()
    tab.wait_for_function("() => document.querySelector('.desk-command code').textContent")
    tab.keyboard.press("ArrowUp")
    tab.locator(".desk [name=entry_rule]").select_option("from_leader")
    state = {"entrant_share_pct": 5.1, "entry_rule": "from_leader"}
    assert shown(tab) == texts_of(expected_entry(NEWEST, state))
    assert tab.evaluate("location.hash") == "#desk?entrant_share_pct=5.1&entry_rule=from_leader"
    tab.get_by_role("button", name="Reset").press("Enter")
    assert tab.evaluate("location.hash") == ""


def test_an_address_is_a_state_and_has_its_command(tab: Page, book: Path):
    address = (
        f"{book.as_uri()}/commitment-concentration.html#desk?buyer=Anthropic&as_of=2026-07-01&level=layer&basis=no"
    )
    tab.goto(address)
    tab.wait_for_function("() => document.querySelector('.desk-command code').textContent")
    state = PUBLISHED | {"buyer": "Anthropic", "as_of": "2026-07-01", "level": "layer"}
    assert shown(tab) == expected_shown(state)
    command = shlex.split(tab.locator(".desk-command code").text_content())
    assert command[:3] == ["compute-ledger", "run", "commitment-concentration"]
    values = dict(split_assignment(text) for text in command[4::2])
    source = read_notebook(ROOT / "notebooks/commitment-concentration.ipynb")
    assert check(declared(source, "it"), values, "it") == state


def test_the_printed_command_gives_the_figures_of_the_desk(tab: Page, book: Path, tmp_path: Path):
    tab.goto(f"{book.as_uri()}/commitment-concentration.html#desk?as_of=2025-09-30&min_grade=A&basis=annualised")
    tab.wait_for_function("() => document.querySelector('.desk-command code').textContent")
    program, *arguments = shlex.split(tab.locator(".desk-command code").text_content())
    assert program == "compute-ledger"
    command = [
        sys.executable,
        "-m",
        "compute_ledger",
        *arguments,
        "--project",
        str(ROOT),
        "-o",
        str(tmp_path / "run"),
    ]
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    figures = json.loads((tmp_path / "run/key-figures.json").read_text(encoding="utf-8"))
    assert [figure["text"] for figure in figures] == shown(tab)["figures b"]
    assert figures[0]["as_of"] == "2025-09-30"


@pytest.mark.parametrize("chapter", ["commitment-concentration", "cloud-market-shares", "funding-gap"])
def test_inputs_are_the_parameters_of_the_chapter(tab: Page, book: Path, chapter: str):
    open_desk(tab, f"{book.as_uri()}/{chapter}.html")
    soup = BeautifulSoup((book / f"{chapter}.html").read_text(encoding="utf-8"), "html.parser")
    inputs = {field["name"]: field for field in soup.select(".desk [name]")}
    parameters = declared(read_notebook(ROOT / f"notebooks/{chapter}.ipynb"), "it")
    fixed = tab.evaluate("desk.held.fixed")
    assert {*inputs, *fixed} == {parameter.name for parameter in parameters} - {"data_dir"}
    for parameter in parameters:
        if parameter.name in fixed:
            continue
        if parameter.choices:
            options = [option["value"] for option in inputs[parameter.name].select("option")]
            assert options == list(parameter.choices)
        if parameter.span:
            assert tuple(float(inputs[parameter.name][end]) for end in ("min", "max")) == parameter.span


def test_a_change_is_quick(tab: Page, book: Path):
    open_desk(tab, f"{book.as_uri()}/index.html")
    script = """() => [...Array(40).keys()].map((i) => {
        const slider = document.querySelector(".desk [type=range]");
        slider.value = slider.max - 12 * i;
        const start = performance.now();
        slider.dispatchEvent(new Event("input", { bubbles: true }));
        return performance.now() - start;
    })"""
    assert statistics.median(tab.evaluate(script)) < MOST_MS


def test_without_a_script_the_page_is_as_published(browser: Browser, book: Path):
    with browser.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(f"{book.as_uri()}/commitment-concentration.html")
        assert not page.locator("section.desk").is_visible()
