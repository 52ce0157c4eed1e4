"""Charts where the one font of the machine has letters twice as wide: they are drawn in what they were measured in."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, CDPSession, Page

from compute_ledger.shared.typeface import TEXT_FACE, TYPEFACE, WEIGHTS

from ..chromium import another
from ..machine_fonts import machine_with
from .visit import Tabs

WIDE = "OnlyWide"
REGULAR, BOLD = ((TYPEFACE.file(weight, "ttf").stem, True) for weight in WEIGHTS)


@pytest.fixture(scope="module")
def wide_tabs(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tabs]:
    with another(browser, machine_with(WIDE, tmp_path_factory.mktemp("machine"))) as running:
        yield Tabs(running)


def fonts_of(line: CDPSession, selector: str) -> set[tuple[str, bool]]:
    """The fonts that the browser draws the text of such elements with, and whether each came with the page."""
    for domain in ("DOM", "CSS"):
        line.send(f"{domain}.enable")
    root = line.send("DOM.getDocument", {"depth": 0})["root"]["nodeId"]
    found = set()
    for node in line.send("DOM.querySelectorAll", {"nodeId": root, "selector": selector})["nodeIds"]:
        drawn = line.send("CSS.getPlatformFontsForNode", {"nodeId": node})["fonts"]
        found |= {(font["postScriptName"], font["isCustomFont"]) for font in drawn}
    return found


def test_the_machine_has_no_other_font(wide_tabs: Tabs, addresses: dict[str, str]):
    with wide_tabs.visit(f"{addresses['file']}codebook.html", 1280) as page:
        assert fonts_of(page.line, "code") == {(f"{WIDE}-Regular", False)}


@pytest.mark.parametrize("width", [1280, 375])
def test_labels_are_drawn_in_what_they_were_measured_in(
    wide_tabs: Tabs, addresses: dict[str, str], chapter_name: str, width: int
):
    with wide_tabs.visit(addresses["file"] + chapter_name, width) as page:
        assert REGULAR in fonts_of(page.line, "svg.chart text") <= {REGULAR, BOLD}
        assert [each for each in page.run("look") if each.endswith("is cut")] == []


def test_files_to_take_along_bring_it(wide_tabs: Tabs, addresses: dict[str, str], book: Path):
    files = sorted((book / "charts").glob("*.svg"))
    assert files
    for path in files:
        with wide_tabs.visit(f"{addresses['file']}charts/{path.name}", 1280) as page:
            assert fonts_of(page.line, "text") == {REGULAR, BOLD}, path.name
            assert outside(page.tab) == [], path.name


def outside(tab: Page) -> list[str]:
    """Texts of a picture that reach beyond its edge."""
    return tab.evaluate(
        """() => {
          const { left, right, top, bottom } = document.documentElement.getBoundingClientRect();
          const beyond = (box) => box.left < left || box.right > right || box.top < top || box.bottom > bottom;
          const texts = [...document.querySelectorAll("text")];
          return texts.filter((text) => beyond(text.getBoundingClientRect())).map((text) => text.textContent);
        }"""
    )


def test_the_book_brings_the_licence_of_what_it_carries(book: Path):
    style = (book / "static/report.css").read_text(encoding="utf-8")
    named = re.findall(r"\S+\.LICENSE\.txt", style)
    assert named == [TYPEFACE.licence.name, TEXT_FACE.licence.name]
    for face in (TYPEFACE, TEXT_FACE):
        assert (book / "static" / face.licence.name).read_bytes() == face.licence.read_bytes()
