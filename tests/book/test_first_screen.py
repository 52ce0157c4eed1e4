"""The first screen of the book: the question with its buyer, three figures, a chart in sight, chapters as questions."""

import gzip
import re
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from compute_ledger.report.book.contents import read_contents

from .conftest import ROOT
from .test_weight import FONTS
from .visit import Tabs

CONTENTS = read_contents(ROOT)
PAGES = [f"{edition.path}/index.html" if edition.path else "index.html" for edition in CONTENTS.editions]
MOST_PX = {1280: 700, 375: 900}
MOST_BYTES = 60_000
CHART_TOP = "document.querySelector('figure.exhibit').getBoundingClientRect().top + scrollY"

pages = pytest.mark.parametrize("name", PAGES)


def opened(book: Path, name: str) -> BeautifulSoup:
    if not (book / name).is_file():
        pytest.skip("the book was built without this edition")
    return BeautifulSoup((book / name).read_text(encoding="utf-8"), "html.parser")


@pages
def test_the_question_names_the_buyer_of_the_data(book: Path, name: str):
    soup = opened(book, name)
    buyer = re.fullmatch(r"Who powers (.+), and can it pay\?", soup.h1.get_text().removesuffix("#").strip())[1]
    assert buyer in soup.title.get_text()
    assert soup.find("meta", attrs={"name": "description"})["content"].startswith(buyer)
    assert soup.h1.find_next("p").get_text().startswith(buyer)


@pages
@pytest.mark.parametrize("width", MOST_PX)
def test_a_chart_is_within_the_first_screen(book: Path, tabs: Tabs, addresses: dict[str, str], name: str, width: int):
    opened(book, name)
    with tabs.visit(addresses["file"] + name, width) as page:
        top = page.tab.evaluate(CHART_TOP)
    assert top <= MOST_PX[width], f"the first chart begins {top:.0f} px down at a width of {width}"


@pages
def test_every_chapter_is_a_question_with_its_own_answer_and_chart(book: Path, name: str):
    cards = opened(book, name).select(".chapter-cards > li")
    chapters = [chapter for chapter in CONTENTS.chapters if chapter.slug != "index"]
    assert [card.a["href"] for card in cards] == [f"{chapter.slug}.html" for chapter in chapters]
    for card, chapter in zip(cards, chapters, strict=True):
        assert card.h3.get_text() == chapter.question
        page = BeautifulSoup((book / name).with_name(f"{chapter.slug}.html").read_text(encoding="utf-8"), "html.parser")
        claim = page.select_one('.prose[id^="finding-"] strong').get_text()
        assert card.p.get_text().strip() == claim
        assert card.svg["aria-hidden"] == "true"
        assert not card.svg.find(["text", "title", "desc"])


@pages
def test_the_first_page_is_light(book: Path, name: str):
    opened(book, name)
    page = (book / name).read_bytes()
    style, script = ((book / "static" / file).read_bytes() for file in ("report.css", "report.js"))
    assert sum(len(gzip.compress(part, mtime=0)) for part in (page, FONTS.sub(b"", style), script)) <= MOST_BYTES
