"""A desk in a real browser, for tests: what is chosen in it, and what it says."""

import functools
import os
from typing import Any

from playwright.sync_api import Page

from compute_ledger.ledger import Ledger, load

from .conftest import ROOT

LONG = bool(os.environ.get("COMPUTE_LEDGER_LONG"))
NEWEST = f"{load(ROOT / 'data').as_of:%Y-%m-%d}"
State = dict[str, Any]


@functools.cache
def ledger_of(day: str, grade: str) -> Ledger:
    return load(ROOT / "data", day, grade)


def open_desk(page: Page, address: str) -> None:
    """Open a page and wake its desk."""
    page.goto(address)
    page.locator("section.desk").dispatch_event("pointerenter")
    page.wait_for_function("() => globalThis.desk?.held && document.querySelector('.desk-command code').textContent")


def answers(page: Page, module: str, states: list[State], held: dict[str, Any] | None = None) -> list[Any]:
    """What the page's module says of each state, its days as ISO dates; `held` in place of what the page has."""
    script = """([module, states, held]) => states.map((state) => desk[module].answer(held ?? desk.held,
        { ...state, as_of: state.as_of && desk.formatting.dayNumber(state.as_of) }))"""
    return page.evaluate(script, [module, states, held])


def shown(page: Page) -> dict[str, Any]:
    """What a reader sees of the answer."""
    texts = page.evaluate("""() => Object.fromEntries(["claim", "detail", "key", "figures b", "bars li"].map((name) =>
        [name, [...document.querySelectorAll(`.desk-${name}`)].map((place) => place.textContent.trim())]))""")
    return {name: [" ".join(text.split()) for text in values] for name, values in texts.items()}


def texts_of(answer: dict[str, Any]) -> dict[str, Any]:
    """The same of an answer that Python prints."""
    return {
        "claim": [f"{answer['claim']}." if answer["claim"] else ""],
        "detail": [answer["detail"]],
        "key": [answer.get("key", "")],
        "figures b": [figure["text"] for figure in answer["figures"]],
        "bars li": [f"{bar['name']} {bar['label']}" for bar in answer["bars"]],
    }
