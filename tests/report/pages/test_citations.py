"""References, each kind read back by a parser that others use."""

import json
import subprocess
import sys
from dataclasses import replace

import bibtexparser
import nbformat
import pytest
import rispy
from citeproc import Citation, CitationItem, CitationStylesBibliography, CitationStylesStyle, formatter
from citeproc.source.json import CiteProcJSON

from compute_ledger import __version__
from compute_ledger.report.book.contents import read_contents
from compute_ledger.report.pages.citations import BOOK, CHAPTER, CHART, DATA, Reference
from compute_ledger.report.pages.exporter import render_page
from compute_ledger.report.pages.page_context import PageJob
from tests.report.pages.test_render import SOURCES, chart, figures, standing
from tests.tiny_project import CONTENTS, REPO, executed, make_project

HOSTILE = "50 % of {it} & more_or $less~ #1 \\input{x}\nER  - \n@misc{y, z = “é”}}"
PLAIN = Reference(
    name="chapter",
    kind=CHAPTER,
    title="Who has most",
    book="Tiny & small",
    authors=("The Tiny authors", "Doe, Jane"),
    edition="As known on 7 November 2025",
    version="1.2.0",
    as_of="2025-11-03",
    url="https://example.org/book/chapter.html",
)
KINDS = (BOOK, CHAPTER, CHART, DATA)
kinds = pytest.mark.parametrize("kind", KINDS)


def bibtex(reference):
    library = bibtexparser.parse_string(reference.bibtex)
    assert not library.failed_blocks
    (entry,) = library.entries
    return entry, {field.key: field.value for field in entry.fields}


def ris(reference):
    (record,) = rispy.loads(reference.ris)
    return record


def formatted(reference):
    """The reference as a citation manager would print it."""
    style = CitationStylesStyle("harvard-cite-them-right", validate=False)
    bibliography = CitationStylesBibliography(style, CiteProcJSON(json.loads(reference.csl)), formatter.plain)
    bibliography.register(Citation([CitationItem(reference.key)]))
    (printed,) = bibliography.bibliography()
    return str(printed)


@kinds
def test_bibtex_is_read_by_a_bibtex_parser(kind):
    entry, fields = bibtex(replace(PLAIN, kind=kind))
    assert entry.key == "tiny-small-chapter-2025-11-03"
    assert entry.entry_type == {BOOK: "book", CHAPTER: "incollection"}.get(kind, "misc")
    assert fields["title"] == "{Who has most}"
    assert fields["author"] == "{The Tiny authors} and Doe, Jane"
    assert (fields["year"], fields["month"], fields["day"]) == ("2025", "11", "03")
    assert fields["url"] == "https://example.org/book/chapter.html"
    assert "data as of 2025-11-03, version 1.2.0" in fields["note"]
    needed = {BOOK: {"publisher"}, CHAPTER: {"booktitle", "publisher"}}.get(kind, {"howpublished"})
    assert needed <= set(fields), "what BibTeX asks of this type"


@kinds
def test_ris_is_read_by_a_ris_parser(kind):
    record = ris(replace(PLAIN, kind=kind))
    assert record["type_of_reference"] == {BOOK: "BOOK", CHAPTER: "CHAP", CHART: "FIGURE", DATA: "DATA"}[kind]
    assert record["title"] == "Who has most"
    assert record["authors"] == ["The Tiny authors", "Doe, Jane"]
    assert (record["year"], record["date"]) == ("2025", "2025/11/03")
    assert record["urls"] == ["https://example.org/book/chapter.html"]
    assert (record.get("secondary_title") is None) == (kind == BOOK)


@kinds
def test_csl_json_is_printed_by_a_citation_processor(kind):
    (item,) = json.loads(replace(PLAIN, kind=kind).csl)
    assert item["type"] == kind
    assert item["author"] == [{"literal": "The Tiny authors"}, {"family": "Doe", "given": "Jane"}]
    assert item["issued"] == {"date-parts": [[2025, 11, 3]]}
    printed = formatted(replace(PLAIN, kind=kind))
    assert "Doe" in printed
    assert "2025" in printed
    assert "Who has most" in printed


@kinds
def test_plain_words_name_the_edition(kind):
    citation = replace(PLAIN, kind=kind).plain
    assert citation.startswith("The Tiny authors; Doe, Jane (2025). ")
    assert "Edition “As known on 7 November 2025”, data as of 2025-11-03, version 1.2.0." in citation
    assert citation.endswith(" https://example.org/book/chapter.html")


@kinds
def test_hostile_words_stay_words(kind):
    reference = replace(PLAIN, kind=kind, title=HOSTILE, book=HOSTILE, authors=(HOSTILE,), edition=HOSTILE)
    _, fields = bibtex(reference)
    braced = r"\textbraceleft{}it\textbraceright{}"
    assert fields["title"].startswith(
        rf"{{50 \% of {braced} \& more\_or \$less\textasciitilde{{}} \#1 \textbackslash{{}}inp"
    )
    record = ris(reference)
    assert record["title"] == " ".join(HOSTILE.split())
    assert record["type_of_reference"], "the record does not end early"
    assert json.loads(reference.csl)[0]["title"] == HOSTILE
    assert formatted(replace(reference, authors=("A",)))


@kinds
def test_what_is_not_known_is_left_out(kind):
    bare = replace(PLAIN, kind=kind, authors=(), version="", as_of="", url="", edition="Latest")
    assert not {"year", "url", "version", "author"} & set(bibtex(bare)[1])
    assert not {"year", "date", "urls", "authors"} & set(ris(bare))
    assert not {"issued", "URL", "author"} & set(json.loads(bare.csl)[0])
    assert bare.key == "tiny-small-chapter-latest"
    assert "None" not in bare.plain + bare.bibtex + bare.ris + bare.csl


@pytest.fixture
def render(tmp_path):
    contents = replace(
        read_contents(make_project(tmp_path / "p", f'base_url = "https://example.org/b"\n{CONTENTS}')), version="0.1.0"
    )

    def rendered(slug, edition="latest", changed=False, codebook=False):
        nbformat.write(executed(chart(), standing(), figures(), SOURCES), tmp_path / "executed.ipynb")
        chosen = contents.edition(edition)
        return render_page(PageJob(contents, chosen, (chosen,), slug, tmp_path / "executed.ipynb", changed, codebook))

    return rendered


def entries(page):
    return {
        name: bibtexparser.parse_string(content.decode()).entries[0]
        for name, content in page.files.items()
        if name.endswith(".bib")
    }


def test_a_chapter_its_charts_and_its_tables_can_be_cited(render):
    page = render("chapter", "2025-11-07")
    citations = entries(page)
    assert {name: entry.entry_type for name, entry in citations.items()} == {
        "cite/chapter.bib": "incollection",
        "cite/chapter-shares.bib": "misc",
        "cite/chapter-t.bib": "misc",
    }
    below = "https://example.org/b/editions/2025-11-07/"
    assert citations["cite/chapter.bib"].fields_dict["url"].value == f"{below}chapter.html"
    assert citations["cite/chapter-shares.bib"].fields_dict["url"].value == f"{below}chapter.html#shares"
    assert page.html.count("Edition “As known on 7 November 2025”, data as of 2025-11-04, version 0.1.0.") >= 3
    for name in citations:
        for suffix in ("bib", "json", "ris"):
            assert f'href="{name.removesuffix("bib")}{suffix}" download' in page.html


def test_the_first_page_tells_how_to_cite_the_book_and_its_data(render):
    citations = entries(render("index", codebook=True))
    assert citations["cite/index.bib"].entry_type == "book"
    assert citations["cite/index.bib"].fields_dict["url"].value == "https://example.org/b/"
    assert citations["cite/data.bib"].fields_dict["url"].value == "https://example.org/b/codebook.html"
    assert "cite/data.bib" not in entries(render("index"))
    assert "cite/data.bib" not in entries(render("chapter", codebook=True))


def test_no_two_entries_of_a_book_have_one_key(render):
    pages = [render(slug, edition) for slug in ("index", "chapter") for edition in ("latest", "2025-11-07")]
    keys = [entry.key for page in pages[::2] for entry in entries(page).values()]
    assert len(keys) == len(set(keys))


def test_own_parameters_are_no_edition_to_cite(render):
    page = render("chapter", changed=True)
    assert "own parameters, not a published edition" in page.files["cite/chapter.bib"].decode()
    assert "Edition “Latest”" not in page.html


def test_the_citation_file_is_valid_and_names_this_version():
    path = REPO / "CITATION.cff"
    check = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.citation-file-format", str(path)]
    done = subprocess.run(check, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    text = path.read_text(encoding="utf-8")
    assert f"\nversion: {__version__}\n" in text
    for author in read_contents(REPO).authors:
        assert f'name: "{author}"' in text
