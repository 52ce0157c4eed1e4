"""The first edition in other languages: the same places in other words, and no English left among them."""

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from playwright.sync_api import Browser, Page

from compute_ledger.report.book.contents import Edition, read_contents
from compute_ledger.report.book.layout import BOOK_EPUB, BOOK_ZIP, CHARTS, EMBEDS, PAGES_OF_WORDS, RECORDS

from ..chromium import wait_until
from .conftest import ROOT

CONTENTS = read_contents(ROOT)
PAGES = [(version, slug) for version in CONTENTS.languages for slug in version.chapters]
# Words of English sentences that French has not.
ENGLISH = re.compile(r"\b(?:the|of|and|with|is|are|was|from|which|whose|they|not|by|this|to|has|have|been|what|each)\b")
# Names of sources, deals and companies are as the ledger has them, code and notes of the code as they are written.
AS_THEY_ARE = "[lang=en], cite, code, pre, .publisher, .citation, .host, .document, .sources a, .links, svg.swatch"
of_pages = pytest.mark.parametrize(("version", "slug"), PAGES, ids=[f"{v.name}-{slug}" for v, slug in PAGES])


def soup(path: Path) -> BeautifulSoup:
    return BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")


def places(page: BeautifulSoup) -> set[str]:
    """The ids that readers link to: sections, charts, tables, findings, cards and sources."""
    named = page.select("article :is(h2, h3)[id], figure[id], section[id], .prose[id], .cards li[id], .sources li[id]")
    return {element["id"] for element in named} - {"desk", "desk-title"}


@of_pages
def test_it_has_the_places_and_figures_of_the_english_page(book: Path, version: Edition, slug: str):
    own, english = soup(book / version.path / f"{slug}.html"), soup(book / f"{slug}.html")
    assert own.html["lang"] == version.language
    assert len(places(own)) > 5
    assert places(own) == places(english)
    assert len(own.select("figure.exhibit tbody tr")) == len(english.select("figure.exhibit tbody tr"))


@of_pages
def test_both_pages_lead_to_each_other(book: Path, version: Edition, slug: str):
    for path in (book / version.path / f"{slug}.html", book / f"{slug}.html"):
        page = soup(path)
        for links in (page.select("link[hreflang]"), page.select(".sidebar .languages a")):
            targets = {link["hreflang"]: (path.parent / link["href"]).resolve() for link in links}
            assert targets == {"en": book / f"{slug}.html", version.language: book / version.path / f"{slug}.html"}
        assert len(page.select(".edition-line a[hreflang]")) == 1


@of_pages
def test_what_is_only_in_english_is_marked_as_such(book: Path, version: Edition, slug: str):
    page = soup(book / version.path / f"{slug}.html")
    links = page.select("main a[href^='../'], .sidebar a[href^='../']")
    away = [link for link in links if ".html" in link["href"] and "same-place" not in link.get("class", [])]
    assert len(away) > 10
    assert {link.get("hreflang") for link in away} == {"en"}


@of_pages
def test_no_english_sentence_is_left(book: Path, version: Edition, slug: str):
    page = soup(book / version.path / f"{slug}.html")
    for element in page.select(AS_THEY_ARE):
        element.decompose()
    for link in page.select(", ".join(f"a[href^='../{folder}/']" for folder in RECORDS)):
        link.decompose()
    texts = [text for text in page.main.stripped_strings if ENGLISH.search(text)]
    texts += [value for element in page.find_all(True) if ENGLISH.search(value := element.get("aria-label", ""))]
    assert texts == []


@of_pages
def test_evidence_leads_to_the_records_that_the_english_page_leads_to(book: Path, version: Edition, slug: str):
    def records(folder: Path) -> set[Path]:
        links = (link["href"] for link in soup(folder / f"{slug}.html").select("main a[href$='.html']"))
        targets = ((folder / href).resolve() for href in links)
        return {target for target in targets if target.parent.name in RECORDS}

    own = records(book / version.path)
    assert len(own) > 5
    assert own == records(book)


@of_pages
def test_files_of_charts_speak_the_language(book: Path, version: Edition, slug: str):
    folder = book / version.path
    charts = [figure["id"] for figure in soup(folder / f"{slug}.html").select("figure.exhibit")]
    assert charts
    for chart in charts:
        embed = soup(folder / EMBEDS / f"{slug}-{chart}.html")
        assert embed.html["lang"] == version.language
        picture = soup(folder / CHARTS / f"{slug}-{chart}.svg")
        texts = [*embed.body.stripped_strings, " ".join(text.get_text() for text in picture.select("text"))]
        assert [text for text in texts if ENGLISH.search(text)] == []
        assert all("Sources\xa0:" in text for text in (embed.main.get_text(), texts[-1]))


def test_what_only_english_has_is_not_there_twice(book: Path):
    with zipfile.ZipFile(book / BOOK_ZIP) as whole:
        names = {name.partition("/")[2] for name in whole.namelist()}
    for version in CONTENTS.languages:
        folder = book / version.path
        assert not [name for name in (*PAGES_OF_WORDS, BOOK_EPUB, *RECORDS) if (folder / name).exists()]
        assert {f"{version.path}/{slug}.html" for slug in version.chapters} <= names


@pytest.fixture
def tab(browser: Browser) -> Iterator[Page]:
    with browser.new_page(viewport={"width": 1280, "height": 900}) as opened:
        yield opened


def test_the_switch_keeps_the_place(tab: Page, addresses: dict[str, str]):
    tab.goto(f"{addresses['file']}index.html#changes-heading")
    tab.locator(".sidebar .toc a").nth(3).click()
    hash_of_section = tab.evaluate("location.hash")
    tab.locator(".sidebar .languages a[hreflang=fr]").click()
    tab.wait_for_url(f"**/fr/index.html{hash_of_section}")
    tab.locator(".sidebar .languages a[hreflang=en]").click()
    tab.wait_for_url(f"**/html/index.html{hash_of_section}")


def test_the_search_speaks_and_finds_french(tab: Page, addresses: dict[str, str]):
    tab.goto(f"{addresses['file']}fr/index.html")
    tab.get_by_role("button", name="Rechercher").click()
    tab.locator("dialog.search .keys").wait_for(state="attached")
    for words, hit in (("reponse", "La réponse en bref"), ("qui est Oracle", "Oracle"), ("730 milliards", "730")):
        tab.get_by_role("combobox").fill(words)
        wait_until(tab, "words => document.querySelector('dialog.search').dataset.answered === words", words)
        hits = tab.get_by_role("option").all_inner_texts()
        assert hits, words
        assert any(hit in text for text in hits), words
    assert "endroits" in tab.locator("dialog.search .said").inner_text()


def test_what_is_taken_along_speaks_french(tab: Page, addresses: dict[str, str], book: Path):
    tab.goto(f"{addresses['file']}fr/index.html")
    chart = tab.locator("figure.exhibit").first
    chart.locator("summary:text-is('Télécharger')").click()
    embed = chart.get_by_role("link", name="Page à intégrer")
    address = embed.get_attribute("href")
    assert address
    assert (book / "fr" / address).is_file()
    assert chart.get_by_role("link", name="Carré").is_visible()
    offered = chart.locator("details.take[open]").inner_text()
    assert not re.search(r"\b(?:Copy|Page to embed|Square|Copied)\b", offered), offered
