"""The print edition: chapters as parts of one document."""

import re
from dataclasses import replace

import pytest

from compute_ledger.report.book.contents import read_contents
from compute_ledger.report.book.glossary import Term
from compute_ledger.report.book.layout import PRINT
from compute_ledger.report.pages.exporter import Page
from compute_ledger.report.site.print_edition import chapter, listed_once, write
from tests.tiny_project import make_project

SLUGS = ("index", "market", "glossary")


@pytest.mark.parametrize(
    ("html", "printed"),
    [
        ('<h1 id="a">A &amp; &#60;b&#62; &lt;</h1>', '<h2 id="market--a">A &amp; &#60;b&#62; &lt;</h2>'),
        ('<h2 id="b">B <a class="permalink" href="#b">#</a></h2>', '<h3 id="market--b">B </h3>'),
        ('<a href="#b">x</a>', '<a href="#market--b">x</a>'),
        ('<a href="index.html">x</a>', '<a href="#index">x</a>'),
        ('<a class="t" href="index.html#c">x</a>', '<a class="t" href="#index--c">x</a>'),
        ('<a href="../../glossary.html#hhi">x</a>', '<a href="#glossary--hhi">x</a>'),
        ('<a href="market.html#claims?q=Oracle&amp;grade=A">x</a>', '<a href="#market--claims">x</a>'),
        ('<a href="https://example.org/?a=1&amp;b=2">x</a>', '<a href="https://example.org/?a=1&amp;b=2">x</a>'),
        ('<a href="mailto:a@example.org">x</a>', '<a href="mailto:a@example.org">x</a>'),
        ('<a href="data/deals.csv" download>x</a>', "<span>x</span>"),
        ('<p>a<br>b<img src="data:," alt="c">d</p>', '<p>a<br>b<img src="data:," alt="c">d</p>'),
        ('<details class="code"><summary>How</summary><pre>x</pre></details>after', "after"),
        ('<div class="narrow-chart"><svg><path/></svg><br></div>after', "after"),
        ('<div class="wide-chart">x</div>', '<div class="one-chart" tabindex="0">x</div>'),
        (
            '<div class="table-wrap" tabindex="0" role="region" aria-labelledby="c"><table>',
            '<div class="table-wrap" tabindex="0"><table>',
        ),
        ('<details class="take"><summary>x</summary><img alt=""></details>after', "after"),
        (
            '<details class="data"><summary>Numbers</summary>x</details>',
            '<div class="data"><p>Numbers</p>x</div>',
        ),
        (
            '<svg aria-labelledby="c-title" aria-describedby="c-desc k"><title id="c-title">T</title>'
            '<clipPath id="c-1"/><g clip-path="url(#c-1)"><path d="M0,0" fill="var(--ink, #1b1b1b)"/></g></svg>',
            '<svg aria-labelledby="market--c-title" aria-describedby="market--c-desc market--k">'
            '<title id="market--c-title">T</title><clipPath id="market--c-1"/>'
            '<g clip-path="url(#market--c-1)"><path d="M0,0" fill="#1b1b1b"/></g></svg>',
        ),
    ],
)
def test_what_becomes_of_a_part(html, printed):
    assert chapter(html, "market", SLUGS) == printed


def test_a_file_of_a_hosted_book_is_named_by_its_address():
    html = '<a href="../../data/deals.csv">x</a> <a href="charts/a.csv">y</a>'
    assert chapter(html, "market", SLUGS, "https://example.org/book/editions/e/") == (
        '<a href="https://example.org/book/data/deals.csv">x</a> '
        '<a href="https://example.org/book/editions/e/charts/a.csv">y</a>'
    )


@pytest.fixture
def contents(tmp_path):
    made = read_contents(make_project(tmp_path / "p"))
    return replace(made, glossary=(Term("HHI", ("index",), "See [x](https://example.org/)."),))


def pages(edition="latest"):
    figure = {"id": "a", "label": "A", "value": 1, "unit": "", "as_of": "2025-11-07"}
    body = '<div class="prose"><h1 id="t">T</h1><p>x</p><h2 id="s">S <b>!</b></h2></div><a href="chapter.html#s">y</a>'
    return [
        Page(slug=slug, edition=edition, html="", title=f"{slug} <x>", body=body, key_figures=[figure])
        for slug in ("index", "chapter")
    ]


def test_one_document_of_all_chapters_with_title_page_contents_and_glossary(contents, tmp_path):
    edition = contents.edition("2025-11-07")
    write(tmp_path, contents, edition, pages())
    html = (tmp_path / PRINT).read_text(encoding="utf-8")
    assert html.count("<h1") == 1
    assert re.findall(r'<section class="chapter" id="(\w+)"', html) == ["index", "chapter", "glossary"]
    for said in ("Tiny &amp; &lt;small&gt;", "As known on 7 November 2025", "A. Writer", "as_of = 2025-11-07"):
        assert said in html
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


def test_sources_are_listed_once():
    lists = {
        "index": '<a href="#source-a">1</a><ol class="sources"><li id="source-a">A</li></ol>',
        "market": '<ol class="sources"><li id="source-a">A</li><li id="source-b">B</li></ol>',
        "glossary": '<a href="#source-c">1</a><ol class="sources"><li id="source-c">C</li></ol>',
    }
    parts = listed_once([(slug, slug.title(), chapter(body, slug, SLUGS)) for slug, body in lists.items()])
    printed = {slug: body for slug, _, body in parts}
    assert printed["index"] == (
        '<a href="#market--source-a">1</a>'
        '<p class="sources-line">In the list of sources of the chapter <a href="#market">Market</a>.</p>'
    )
    assert printed["market"].count("<li") == 2
    assert '<li id="glossary--source-c">' in printed["glossary"], "a source that the long list lacks stays where it is"
