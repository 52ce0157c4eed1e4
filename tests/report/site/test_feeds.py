"""What other sites and programs read of a book that has an address: sitemap, feed, cards and schema.org."""

import json
import re
from dataclasses import replace
from xml.etree import ElementTree

import feedparser
import nbformat
import pytest
from bs4 import BeautifulSoup

from compute_ledger.report.book.contents import read_contents
from compute_ledger.report.pages.exporter import render_page
from compute_ledger.report.pages.page_context import PageJob
from compute_ledger.report.site import feeds
from compute_ledger.report.site.page_checks import check_site
from tests.report.pages.test_downloads import pixels
from tests.report.pages.test_render import HOSTILE, SOURCES, chart, figures, standing
from tests.tiny_project import CONTENTS, executed, make_project

BASE = "https://example.org/a&b/"
LICENCE = 'licence = { name = "CC BY 4.0", url = "https://creativecommons.org/licenses/by/4.0/" }'
FIGURE = {"id": "hhi", "label": "HHI <b>", "value": 3232.123, "text": "3,232", "unit": "points", "as_of": "2026-07-01"}
SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


def contents_at(folder, base_url=BASE):
    root = make_project(folder, f'base_url = "{base_url}"\n{LICENCE}\n{CONTENTS}')
    return replace(read_contents(root), version="0.1.0")


def book_in(folder, **changes):
    """Two editions as they lie on disk: pages and key figures."""
    for path, figure in (
        ("", FIGURE),
        ("editions/2025-11-07", {**FIGURE, "value": 4000, "text": "4,000", "as_of": "2025-11-07"}),
    ):
        (folder / path).mkdir(parents=True, exist_ok=True)
        for name in ("index", "chapter", "print", "status"):
            (folder / path / f"{name}.html").write_text("<h1>x</h1>")
        (folder / path / "key-figures.json").write_text(json.dumps([{**figure, **changes}]))
    return folder


@pytest.fixture
def book(tmp_path):
    contents = contents_at(tmp_path / "p")
    folder = book_in(tmp_path / "book")
    feeds.write(folder, contents, contents.editions, "key-figures.json")
    return folder


def test_the_sitemap_lists_every_page_once_by_its_address(book):
    root = ElementTree.parse(book / "sitemap.xml").getroot()
    assert root.tag == f"{SITEMAP}urlset"
    assert [node.text for node in root.iter(f"{SITEMAP}loc")] == [
        f"{BASE}chapter.html",
        f"{BASE}editions/2025-11-07/chapter.html",
        f"{BASE}editions/2025-11-07/",
        BASE,
    ]


def test_a_feed_reader_sees_an_entry_for_each_edition_and_what_changed(book):
    feed = feedparser.parse(book / "feed.xml")
    assert not feed.bozo
    assert feed.version == "atom10"
    assert feed.feed.title == "Tiny & <small>"
    assert feed.feed.id == BASE
    assert feed.feed.author == "A. Writer"
    assert feed.feed.updated == "2026-07-01T00:00:00Z"
    assert {link.rel: link.href for link in feed.feed.links} == {"alternate": BASE, "self": f"{BASE}feed.xml"}
    latest, older = feed.entries
    assert latest.title == "Tiny & <small>: Latest, data as of 2026-07-01"
    assert latest.link == BASE
    assert latest.summary == "HHI <b>: 3,232, before 4,000."
    assert older.link == f"{BASE}editions/2025-11-07/"
    assert older.summary == "HHI <b>: 4,000."
    assert latest.id != older.id


def test_newer_data_make_a_new_entry(book, tmp_path):
    before = feedparser.parse(book / "feed.xml").entries[0].id
    contents = contents_at(tmp_path / "q")
    feeds.write(book_in(book, as_of="2026-10-01"), contents, contents.editions, "key-figures.json")
    assert feedparser.parse(book / "feed.xml").entries[0].id != before


def test_a_feed_without_figures_is_valid_too(book, tmp_path):
    contents = contents_at(tmp_path / "q")
    (book / "key-figures.json").write_text("[]")
    feeds.write(book, contents, contents.editions[:1], "key-figures.json")
    (entry,) = feedparser.parse(book / "feed.xml").entries
    assert entry.title == "Tiny & <small>: Latest"


def test_a_book_without_an_address_has_neither(tmp_path):
    contents = read_contents(make_project(tmp_path / "p"))
    folder = book_in(tmp_path / "book")
    feeds.write(folder, contents, contents.editions, "key-figures.json")
    assert not list(folder.rglob("*.xml"))


@pytest.fixture(scope="module")
def render(tmp_path_factory):
    folder = tmp_path_factory.mktemp("feeds")
    contents = contents_at(folder / "p")

    def rendered(*outputs, slug="chapter", edition="2025-11-07", base_url=BASE):
        nbformat.write(executed(*outputs, title="# Who & what\n\nOne sentence."), folder / "executed.ipynb")
        at = replace(contents, base_url=base_url)
        return render_page(PageJob(at, at.edition(edition), at.editions, slug, folder / "executed.ipynb"))

    return rendered


def metas(page):
    soup = BeautifulSoup(page.html, "html.parser")
    metas_of_page = soup.find_all("meta", property=re.compile("^og:")) + soup.find_all(
        "meta", attrs={"name": "twitter:card"}
    )
    return {tag.get("property") or tag["name"]: tag["content"] for tag in metas_of_page}


def test_a_card_has_a_real_picture(render):
    page = render(chart(), SOURCES)
    properties = metas(page)
    assert properties["og:title"] == "Who & what"
    assert properties["og:description"] == "One sentence."
    assert properties["og:url"] == f"{BASE}editions/2025-11-07/chapter.html"
    assert properties["og:image"] == f"{BASE}editions/2025-11-07/og/chapter.png"
    assert properties["twitter:card"] == "summary_large_image"
    width, height, rows = pixels(page.files["og/chapter.png"])
    assert (str(width), str(height)) == (properties["og:image:width"], properties["og:image:height"]) == ("1200", "630")
    assert len(set(rows)) > 20, "something is drawn"
    assert properties["og:image:alt"] == HOSTILE, "the description of the chart"
    assert f'<link rel="canonical" href="{BASE.replace("&", "&amp;")}editions/2025-11-07/chapter.html">' in page.html


def test_the_card_of_a_page_shows_its_figure_or_its_chart_or_its_words(render):
    pages = [render(chart(), SOURCES, figures()), render(chart(), SOURCES), render(standing())]
    cards = [page.files["og/chapter.png"] for page in pages]
    assert len(set(cards)) == 3
    assert render(chart(), SOURCES).files["og/chapter.png"] == cards[1], "the same every time"
    assert metas(pages[0])["og:image:alt"] == "HHI: 1"


def test_the_first_page_is_the_book(render):
    page = render(figures(), slug="index", edition="latest")
    assert metas(page)["og:url"] == BASE
    assert metas(page)["og:title"] == "Who & what", "its question, not the name of the book"
    assert metas(page)["og:type"] == "website"


def test_without_an_address_nothing_claims_one(render):
    page = render(chart(), SOURCES, base_url="")
    assert metas(page) == {}
    assert "canonical" not in page.html
    assert "feed.xml" not in page.html
    assert not [name for name in page.files if name.startswith("og/")]


@pytest.mark.parametrize("base_url", [BASE, ""])
def test_each_page_is_a_report_to_machines(render, base_url):
    page = render(figures(), base_url=base_url)
    (text,) = BeautifulSoup(page.html, "html.parser").find_all("script", type="application/ld+json")
    report = json.loads(text.string)
    assert (report["@context"], report["@type"], report["name"]) == ("https://schema.org/", "Report", "Who & what")
    assert report["datePublished"] == "2025-11-04"
    assert report["license"] == "https://creativecommons.org/licenses/by/4.0/"
    assert report["author"] == [{"@type": "Organization", "name": "A. Writer"}]
    assert report["isPartOf"]["name"] == "Tiny & <small>"
    assert report["version"] == "0.1.0"
    assert report.get("url") == (f"{BASE}editions/2025-11-07/chapter.html" if base_url else None)
    assert report.get("image") == (f"{BASE}editions/2025-11-07/og/chapter.png" if base_url else None)


def test_a_page_with_all_of_it_passes_the_checks(render, tmp_path):
    page = render(chart(), SOURCES, slug="index", edition="latest")
    for name, content in {"index.html": page.html.encode(), **page.files}.items():
        (tmp_path / "book" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "book" / name).write_bytes(content)
    assert not [problem for problem in check_site(tmp_path / "book") if "elsewhere" in problem]
