"""The print edition: chapters as parts of one document."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from compute_ledger.report.book.contents import read_contents
from compute_ledger.report.book.glossary import Term
from compute_ledger.report.book.layout import PRINT
from compute_ledger.report.pages import blocks
from compute_ledger.report.pages.exporter import Page
from compute_ledger.report.pages.glossary_links import FirstUses
from compute_ledger.report.pages.markdown import PrintProse
from compute_ledger.report.site.print_edition import listed_once, part, write
from tests.tiny_project import make_project

PAGES = {"index.ipynb": "index.html", "market.ipynb": "market.html"}
PROJECT = Path(__file__).parents[3]
SOURCE = {
    "publisher": "P",
    "title": "T",
    "published_on": "2025-01-02",
    "language": "en",
    "url": None,
    "grade": "A",
    "document": "",
}


def written(slug="market", base=""):
    """What writes the chapter `slug`, two levels below the book's root."""
    terms = FirstUses((Term("HHI", ("index",), "A sum."),), "#glossary--")
    return PrintProse(PAGES, "../../", terms, slug=slug, base=base)


@pytest.mark.parametrize(
    ("markdown", "html"),
    [
        ("# A & <b> \\<", '<h2 id="market--a-b">A &amp; &lt;b&gt; &lt;</h2>'),
        ("## B", '<h3 id="market--b">B</h3>'),
        ("###### B", '<h6 id="market--b">B</h6>'),
        ("[x](#b)", '<p><a href="#market--b">x</a></p>'),
        ("[x](index.ipynb)", '<p><a href="#index">x</a></p>'),
        ("[x](index.html#c)", '<p><a href="#index--c">x</a></p>'),
        ("[x](../glossary.html#hhi)", '<p><a href="#glossary--hhi">x</a></p>'),
        ("[x](market.html#claims?q=Oracle&grade=A)", '<p><a href="#market--claims">x</a></p>'),
        ("[x](https://a.org/?a=1&b=2)", '<p><a href="https://a.org/?a=1&amp;b=2" rel="noopener noreferrer">x</a></p>'),
        ("[x](mailto:a@example.org)", '<p><a href="mailto:a@example.org">x</a></p>'),
        ("[x](../data/deals.csv)", "<p>x</p>"),
        ("[x](javascript:alert)", "<p>x</p>"),
        ("The HHI, the HHI", '<p>The <a class="term" href="#glossary--hhi">HHI</a>, the HHI</p>'),
    ],
)
def test_words_of_a_chapter(markdown, html):
    assert written().blocks(markdown).strip() == html


def test_a_table_among_words_is_no_landmark():
    assert written().blocks("| a |\n| - |\n| 1 |").startswith('<div class="table-wrap" tabindex="0"><table>')


def test_a_file_of_a_hosted_book_is_named_by_its_address():
    prose = written(base="https://example.org/book/editions/e/")
    assert prose.href("../data/deals.csv") == "https://example.org/book/data/deals.csv"
    assert prose.href("charts/a.csv") == "https://example.org/book/editions/e/charts/a.csv"
    assert prose.href("javascript:alert(1)") is None


def table(prose, rows, **more):
    """A standing table whose rows have ids and lead somewhere."""
    columns = [{"name": "a", "label": "A", "unit": "", "type": "text", "link": True}]
    ids = [f"row-{number}" for number, _ in enumerate(rows)]
    payload = {"columns": columns, "rows": [[{"text": "x", "href": href}] for href in rows], "row_ids": ids}
    data = {"id": "t", "caption": "C", "note": "", "source_ids": ["a"], "as_of": "2025-11-07", "table": payload, **more}
    return blocks.table(data, {"a": {**SOURCE, "source_id": "a"}}, prose, "here")


def test_a_table_is_part_of_the_document_and_no_landmark():
    (html,) = part(PROJECT, [table(written(), ["index.html#c", "#source-a", "data/a.csv", "https://example.org/"])])[
        "pieces"
    ]
    assert '<section class="standing-table" id="market--t">' in html
    assert '<div class="table-wrap" tabindex="0">' in html
    assert '<caption id="market--t-caption">C</caption>' in html
    assert [re.sub("</?t[hr].*?>", "", row) for row in re.findall('<tr id="market--row-.*', html)] == [
        '<a href="#index--c">x</a>',
        '<a href="#market--source-a">x</a>',
        "x",
        '<a href="https://example.org/">x</a>',
    ]
    assert 'Source: <a href="#market--source-a">P, 2025-01-02</a>' in html
    assert not {"take", "details", "role", "download"} & set(re.findall(r"[a-z]+", html))


def test_evidence_without_a_place_on_paper_is_named_all_the_same():
    evidence = [{"text": "D1", "href": "index.html#d1"}, {"text": "D2", "href": "data/a.csv"}]
    (html,) = part(PROJECT, [table(written(), [], evidence=evidence)])["pieces"]
    assert 'Evidence: <a href="#index--d1">D1</a>, D2' in " ".join(html.split())


def test_evidence_of_a_table_is_named_in_full():
    many = [{"text": f"D{number}", "href": f"index.html#d{number}"} for number in range(31)]
    (html,) = part(PROJECT, [table(written(), [], evidence=many)])["pieces"]
    assert '<p class="evidence-line">Evidence: <a href="#index--d0">D0</a>' in " ".join(html.split())
    assert html.count("#index--d") == 31


@pytest.fixture
def contents(tmp_path):
    tiny_contents = read_contents(make_project(tmp_path / "p"))
    return replace(tiny_contents, glossary=(Term("HHI", ("index",), "See [x](https://example.org/)."),))


def pages(edition="latest"):
    figure = {"id": "a", "label": "A", "value": 1, "unit": "", "as_of": "2025-11-07"}
    return [
        Page(
            slug=slug,
            edition=edition,
            html="",
            title=f"{slug} <x>",
            print_blocks=(blocks.prose("# T\n\nx [y](#s)\n\n## S **!**", written(slug)),),
            key_figures=[figure],
        )
        for slug in ("index", "chapter")
    ]


def test_one_document_of_all_chapters_with_title_page_contents_and_glossary(contents, tmp_path):
    edition = contents.edition("2025-11-07")
    write(tmp_path, contents, edition, pages())
    html = (tmp_path / PRINT).read_text(encoding="utf-8")
    assert html.count("<h1") == 1
    assert re.findall(r'<section class="chapter" id="(\w+)"', html) == ["index", "chapter", "glossary"]
    for words in ("Tiny &amp; &lt;small&gt;", "As known on 7 November 2025", "A. Writer", "as_of = 2025-11-07"):
        assert words in html
    assert '<time datetime="2025-11-07">' in html
    assert '<a href="#chapter">chapter &lt;x&gt;</a>' in html
    assert '<a href="#chapter--s">S !</a>' in html
    assert '<h3 id="glossary--hhi">' in html
    assert 'href="../../static/report.css"' in html
    assert "<script" not in html
    assert 'data-theme="light"' in html
    ids = re.findall(r'\sid="([^"]+)"', html)
    assert len(ids) == len(set(ids))
    assert set(re.findall(r'href="#([^"]+)"', html)) <= set(ids)


def listing(slug, words, *sources):
    """A printed chapter of `words` and a list of `sources`."""
    prose = written(slug)
    data = {"sources": [{**SOURCE, "source_id": source} for source in sources]}
    return {
        "slug": slug,
        "title": slug.title(),
        **part(PROJECT, [blocks.prose(words, prose), blocks.source_list(data, prose, "here")]),
    }


def test_sources_are_listed_once():
    chapters = [
        listing("index", "[1](#source-a) [2](#source-code)\n\n## Source code", "a"),
        listing("market", '[1](index.html#source-a) [2](#source-b) " href="#index--source-a"', "a", "b"),
        listing("glossary", "[1](#source-c)", "c"),
    ]
    index, market, glossary = listed_once(chapters)
    assert index["listed_in"] == chapters[1]
    assert re.findall('href="(.*?)"', index["pieces"][0]) == ["#market--source-a", "#index--source-code"]
    assert re.findall('href="(.*?)"', market["pieces"][0]) == ["#market--source-a", "#market--source-b"]
    assert "href=&quot;#index--source-a&quot;" in market["pieces"][0], "words are no link"
    assert market["listed_in"] is None
    assert glossary["listed_in"] is None, "a source that the long list lacks stays where it is"
    assert 'href="#glossary--source-c"' in glossary["pieces"][0]


def test_a_list_that_gives_way_leads_to_the_longest(contents, tmp_path):
    chapters = [listing("index", "# T", "a"), listing("chapter", "# T", "a", "b")]
    write(
        tmp_path,
        contents,
        contents.edition("2025-11-07"),
        [replace(page, printed=chapter) for page, chapter in zip(pages(), chapters, strict=True)],
    )
    html = (tmp_path / PRINT).read_text(encoding="utf-8")
    assert html.count('<ol class="sources">') == 1
    assert re.findall('<li id="([^"]*)"><span class="publisher">', html) == ["chapter--source-a", "chapter--source-b"]
    assert 'In the list of sources of the chapter <a href="#chapter">' in html
