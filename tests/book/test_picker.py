"""A loop is picked out of the network: by hand, by keys, by its address, and without a script."""

import re
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from playwright.sync_api import Page

from ..chromium import wait_until
from .visit import Tabs

CHAPTER = "capital-loops.html"
LIT = """(drawing) => [...document.querySelectorAll(`${drawing} svg.chart`)].flatMap(
  (svg) => svg.marks.filter(({ mark }) => !mark.classList.contains("off")).map(({ label }) => label))"""
WIDE, NARROW = (1280, ".wide-chart"), (375, ".narrow-chart")


def flows_of(tab: Page) -> list[str]:
    return tab.locator(".choices details[open] span").all_text_contents()


def firms_of(tab: Page) -> list[str]:
    """A loop names its first firm again at its end."""
    return tab.locator(".choices [open] > summary").inner_text().split(" → ")


def lit(tab: Page, drawing: str) -> set[str]:
    return set(tab.evaluate(LIT, f"#flow-network {drawing}"))


@pytest.mark.parametrize(("width", "drawing"), [WIDE, NARROW])
def test_the_loop_that_is_open_is_lit_and_numbered_in_order(
    tabs: Tabs, addresses: dict[str, str], width: int, drawing: str
):
    with tabs.visit(addresses["file"] + CHAPTER, width) as page:
        tab = page.tab
        every = lit(tab, drawing)
        third = tab.locator(".choices details").nth(2)
        third.locator("summary").click()
        tab.locator(".badge").first.wait_for(state="attached")
        flows = flows_of(tab)
        assert 2 <= len(flows) < len(every)
        assert lit(tab, drawing) == {*flows, *firms_of(tab)}
        numbers = tab.locator(f"#flow-network {drawing} .badge text").all_text_contents()
        assert sorted(set(numbers)) == [str(step) for step in range(1, third.locator("ol > li").count() + 1)]
        assert len(numbers) == len(flows)
        assert tab.url.endswith(f"#{third.get_attribute('id')}")
        third.locator("summary").click()
        wait_until(tab, "!document.querySelector('.badge')")
        assert lit(tab, drawing) == every
        assert "#" not in tab.url


def test_arrow_keys_step_from_loop_to_loop(tabs: Tabs, addresses: dict[str, str]):
    with tabs.visit(addresses["file"] + CHAPTER, 1280) as page:
        tab, folds = page.tab, page.tab.locator(".choices details")
        names = [folds.nth(i).get_attribute("id") for i in range(folds.count())]
        folds.first.locator("summary").focus()
        for key, at in (
            ("Enter", 0),
            ("ArrowDown", 1),
            ("ArrowRight", 2),
            ("ArrowUp", 1),
            ("ArrowUp", 0),
            ("ArrowUp", -1),
        ):
            tab.keyboard.press(key)
            assert tab.locator(".choices details[open]").get_attribute("id") == names[at]
            assert tab.evaluate("document.activeElement.parentNode.id") == names[at]


def test_an_address_opens_its_loop(tabs: Tabs, addresses: dict[str, str], book: Path):
    soup = BeautifulSoup((book / CHAPTER).read_text(encoding="utf-8"), "html.parser")
    name = soup.select(".choices details")[1]["id"]
    with tabs.visit(f"{addresses['file']}{CHAPTER}#{name}", 1280) as page:
        page.tab.locator(".badge").first.wait_for(state="attached")
        assert lit(page.tab, ".wide-chart") == {*flows_of(page.tab), *firms_of(page.tab)}


def test_without_a_script_each_loop_has_its_flows_as_text(book: Path):
    soup = BeautifulSoup((book / CHAPTER).read_text(encoding="utf-8"), "html.parser")
    marks = {title.get_text() for title in soup.select("#flow-network .wide-chart svg g title")}
    folds = soup.select(".choices details")
    assert len(folds) >= 2
    for fold in folds:
        legs = fold.select("ol > li")
        assert len(legs) == fold.summary.get_text().count("→")
        assert {flow.get_text() for flow in fold.select("span")} <= marks
    assert any(re.search(r"\$\d", fold.get_text()) for fold in folds)
    paper = BeautifulSoup((book / "print.html").read_text(encoding="utf-8"), "html.parser")
    assert len(paper.select(".choices > li > ol")) == len(folds)
