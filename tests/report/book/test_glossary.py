"""The glossary: read strictly, linked at first use and nowhere else."""

import re

import nbformat
import pytest

from compute_ledger.report.book.contents import read_contents
from compute_ledger.report.book.glossary import GLOSSARY, Term, read_glossary
from compute_ledger.report.errors import ContentsError
from compute_ledger.report.pages.exporter import render_page, render_words
from compute_ledger.report.pages.glossary_links import FirstUses, markdown
from compute_ledger.report.pages.page_context import PageJob
from compute_ledger.report.site import shared_pages
from tests.tiny_project import REPO, executed, make_project

TERMS = """\
[[terms]]
term = "run rate"
aliases = ["run-rate", "R&D run"]
definition = "The latest quarter, times four; see [the chapter](chapter.ipynb)."

[[terms]]
term = "HHI"
definition = "Squares <b>added</b> up."

[[terms]]
term = "effective number"
aliases = ["effective number of suppliers"]
definition = "One divided by the HHI."
"""
WORDS = (
    Term("HHI", (), "x"),
    Term("run rate", ("run-rate", "R&D run"), "x"),
    Term("effective number", ("effective number of suppliers",), "x"),
)


def project(folder, terms=TERMS):
    root = make_project(folder)
    (root / GLOSSARY).write_text(terms, encoding="utf-8")
    return root


def linked(*html):
    terms = FirstUses(WORDS, "../../glossary.html#")
    return [
        re.sub(
            r'<a class="term" href="\.\./\.\./glossary\.html#([\w-]+)">(.*?)</a>',
            r"[\2|\1]",
            terms.link(text),
            flags=re.DOTALL,
        )
        for text in html
    ]


@pytest.mark.parametrize(
    ("html", "linked_html"),
    [
        ("<p>The HHI and the HHI.</p>", "<p>The [HHI|hhi] and the HHI.</p>"),
        ("<p>Run rate, then run-rate.</p>", "<p>[Run rate|run-rate], then run-rate.</p>"),
        ("<p>an <em>effective\nnumber</em></p>", "<p>an <em>[effective\nnumber|effective-number]</em></p>"),
        ("<p>effective number of suppliers</p>", "<p>[effective number of suppliers|effective-number]</p>"),
        ("<p>R&amp;D run</p>", "<p>[R&amp;D run|run-rate]</p>"),
        ("<p>hhi, HHIs, xHHI, HHI-like</p>", None),
        ("<h2 id='a'>HHI</h2>", None),
        ("<p><a href='x'>the <b>HHI</b></a></p>", None),
        ("<p><code>HHI</code></p><pre>HHI</pre>", None),
        ("<table><tr><td>HHI</td></tr></table>", None),
        ('<p title="HHI">x</p>', None),
        ("<p><a>HHI</a> HHI</p>", "<p><a>HHI</a> [HHI|hhi]</p>"),
    ],
)
def test_a_term_is_linked_in_running_text_only(html, linked_html):
    assert linked(html) == [linked_html or html]


def test_only_the_first_use_in_a_page_is_linked():
    assert linked("<h2>HHI</h2>", "<p>HHI</p>", "<p>HHI and run rate</p>") == [
        "<h2>HHI</h2>",
        "<p>[HHI|hhi]</p>",
        "<p>HHI and [run rate|run-rate]</p>",
    ]


def test_pages_lead_to_the_glossary_and_it_is_whole(tmp_path):
    contents = read_contents(project(tmp_path / "p"))
    edition = contents.edition("2025-11-07")
    title = "# HHI\n\nOf the HHI.\n\n## The run rate\n\nIts run rate (`HHI`)."
    notebook = executed({"text/markdown": "The effective number is 3; the HHI too."}, title=title)
    nbformat.write(notebook, tmp_path / "executed.ipynb")
    html = render_page(PageJob(contents, edition, (edition,), "chapter", tmp_path / "executed.ipynb")).html
    assert re.findall(r'<a class="term" href="(.*?)">(.*?)</a>', html) == [
        ("glossary.html#hhi", "HHI"),
        ("glossary.html#run-rate", "run rate"),
        ("glossary.html#effective-number", "effective number"),
    ]
    assert '<li><a href="glossary.html">Glossary</a></li>' in html
    assert '<meta name="description" content="Of the HHI.">' in html
    page = render_words(
        contents, edition, contents.editions, "glossary.html", markdown(contents.glossary), codebook=False
    )
    assert re.findall(r'<h2 id="([^"]+)">', page) == ["effective-number", "hhi", "run-rate"], "by alphabet"
    assert "Squares &lt;b&gt;added&lt;/b&gt; up." in page
    assert 'class="term"' not in page
    assert '<a href="chapter.html">the chapter</a>' in page
    assert '<li><a href="glossary.html" aria-current="page">Glossary</a></li>' in page
    assert '<a href="index.html">Tiny &amp; &lt;small&gt;</a> <span' in page, "it says where it is"
    assert 'class="same-place" href="../../glossary.html"' in page, "and leads to the glossary of another edition"


def test_a_project_needs_no_glossary(tmp_path):
    contents = read_contents(make_project(tmp_path / "p"))
    assert contents.glossary == ()
    nbformat.write(executed(), tmp_path / "executed.ipynb")
    html = render_page(PageJob(contents, contents.editions[0], (), "chapter", tmp_path / "executed.ipynb")).html
    assert "glossary" not in html


@pytest.mark.parametrize("terms", [True, False])
def test_a_glossary_that_is_gone_does_not_stay_in_the_book(tmp_path, terms):
    contents = read_contents(project(tmp_path / "p") if terms else make_project(tmp_path / "p"))
    (tmp_path / "book").mkdir()
    (tmp_path / "book/glossary.html").write_text("of a kept edition")
    shared_pages.write(tmp_path / "book", contents, contents.editions[:1], None, "key-figures.json")
    assert (tmp_path / "book/glossary.html").exists() == terms
    assert "of a kept edition" not in "".join(path.read_text() for path in (tmp_path / "book").glob("*.html"))


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (TERMS, "", "has no [[terms]]"),
        ("[[terms]]", "[[terms", "is not valid TOML"),
        ('term = "HHI"', "", "term 2 needs term = "),
        ('definition = "Squares <b>added</b> up."', "", "term 'HHI' needs definition = "),
        ('aliases = ["run-rate", "R&D run"]', 'aliases = "run-rate"', "aliases of 'run rate' must be a list"),
        ('term = "HHI"', 'term = "Run-rate"', "'run-rate' stands for both 'run rate' and 'Run-rate'"),
        ('aliases = ["effective number of suppliers"]', 'aliases = ["hhi"]', "'hhi' stands for both"),
    ],
)
def test_a_flaw_is_named(tmp_path, old, new, message):
    assert old in TERMS
    with pytest.raises(ContentsError) as caught:
        read_glossary(project(tmp_path / "p", TERMS.replace(old, new, 1)))
    assert message in str(caught.value)
    assert "book/glossary.toml" in str(caught.value)


def test_definitions_of_the_book_do_not_go_stale():
    terms = read_glossary(REPO)
    assert len(terms) > 20
    for term in terms:
        assert not re.search(r"\d", term.definition.replace("CR1", "").replace("CR3", "").replace("CR4", "")), term.term
        assert term.definition.endswith("."), term.term
        assert len(term.definition.split()) < 75, term.term
