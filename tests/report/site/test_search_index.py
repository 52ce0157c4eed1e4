"""The index of the full-text search, made from small pages."""

import json
from dataclasses import replace

import pytest

from compute_ledger.report.book.contents import read_contents
from compute_ledger.report.book.glossary import Term
from compute_ledger.report.book.layout import SEARCH_INDEX
from compute_ledger.report.notebooks.notebook_file import write_notebook
from compute_ledger.report.pages.exporter import PageJob, render_page
from compute_ledger.report.site.search_index import page_entries, vocabulary, write
from tests.tiny_project import REPO, executed, make_project

KIND = "application/vnd.compute-ledger.{}+json"
SOURCE = {
    "source_id": "s1",
    "publisher": "Reuters",
    "title": "A & B Inc. signs",
    "published_on": "2025",
    "language": "en",
}
SOURCE |= {"url": "https://example.org/", "grade": "A", "document": ""}
SPEC = {"data": {"values": [{"a": "drawn", "b": 1}]}, "mark": "bar", "description": "mark label"}
SPEC |= {"encoding": {"x": {"field": "b", "type": "quantitative"}, "y": {"field": "a", "type": "nominal"}}}


def column(name, **more):
    return {"name": name, "label": name, "unit": "", "type": "string", **more}


def standing(kind, id, caption, columns, rows, **more):
    table = {"columns": columns, "rows": rows, **more.pop("table", {})}
    shared = {"id": id, "caption": caption, "note": "", "source_ids": [], "as_of": "2025-11-07", "table": table, **more}
    return {KIND.format(kind): shared}


def shown():
    """A bundle of every kind that a page shows."""
    figure = {"id": "hhi", "label": "HHI", "value": 3232, "unit": "", "as_of": "2025-11-07", "text": "3,232"}
    figure |= {"note": "of 5", "href": "x.html", "evidence": [{"text": "Oracle", "href": "index.ipynb#x"}]}
    chart = standing("exhibit", "ranked", "", [column("who"), column("what")], [["Rackspace", "leads"]])
    chart[KIND.format("exhibit")] |= {"title": "Who leads", "subtitle": "USD bn", "description": "Bars: Oracle 300."}
    chart[KIND.format("exhibit")] |= {"note": "A caveat.", "source_ids": ["s1"]}
    link = {"text": "claims", "href": "index.ipynb#x"}
    deals = [column("Deal"), column("Name"), column("Amount"), column("Link", link=True)]
    claims = [column("Claim"), column("Link", link=True)]
    return [
        {"text/markdown": "## Shares\n\nFirst.\n\n* one\n* two & three"},
        {"text/plain": "printed_output"},
        chart | {"application/vnd.vegalite.v6+json": SPEC},
        standing("table", "deals", "All deals", deals, [["Oracle", "Stargate", "300", link], ["AWS", "EC2", "", None]]),
        standing(
            "explorer", "claims", "All claims", claims, [["Déjà Oracle", None], ["oracle 1,400", link]], filters=[]
        ),
        {KIND.format("key-figures"): {"figures": [figure]}},
        {KIND.format("sources"): {"sources": [SOURCE]}},
    ]


@pytest.fixture(scope="module")
def rendered(tmp_path_factory):
    """A page of all that can be found, and of what cannot."""
    project = make_project(tmp_path_factory.mktemp("search") / "p")
    title = "# Market\n\nAn **opening**, with 1,400."
    write_notebook(executed(*shown(), source="secret_code()", title=title), project / "executed.ipynb")
    contents = read_contents(project)
    job = PageJob(contents, contents.editions[0], contents.editions, "chapter", project / "executed.ipynb")
    return render_page(job)


@pytest.fixture
def contents(tmp_path):
    return read_contents(make_project(tmp_path / "p"))


def read(folder):
    text = (folder / SEARCH_INDEX).read_text(encoding="utf-8")
    return json.loads(text.removeprefix("window.reportIndex=").removesuffix(";\n"))


def test_every_kind_of_place_is_found_under_its_address(rendered):
    entries = {(entry.anchor, entry.row): entry.listed(0)[2:6] for entry in page_entries(rendered.blocks)}
    assert entries == {
        ("market", None): ["", "Market", "An opening, with 1,400."],
        ("shares", None): ["", "Shares", "First. one two & three"],
        ("ranked", None): ["chart", "Who leads", "USD bn Bars: Oracle 300. A caveat.", "rackspace what"],
        ("deals", None): ["table", "All deals", "", "amount deal link name"],
        ("deals", 0): ["row", "Oracle: Stargate", "300", ""],
        ("deals", 1): ["row", "AWS: EC2", "", ""],
        ("claims", None): ["explorer", "All claims", "", "1400 claims deja oracle"],
        ("figure-hhi", None): ["figure", "HHI: 3,232", "of 5"],
        ("source-s1", None): ["source", "Reuters, A & B Inc. signs, 2025", "Grade A. example.org"],
    }


def test_a_record_is_found_on_its_own_page(tmp_path, contents, rendered):
    record = {"title": "Oracle’s order", "path": "deals/oracle-1", "standing": True}
    records = {"kind": "records", "records": [record, {**record, "path": "rows/tie", "standing": False}]}
    write(tmp_path, contents, [replace(rendered, blocks=(*rendered.blocks, records), entries=None)])
    index = read(tmp_path)
    (entry,) = [entry for entry in index["entries"] if entry[3] == "Oracle’s order"]
    assert entry[1:3] == ["", "deal"]
    assert index["pages"][entry[0]] == ["deals/oracle-1.html", rendered.title]


@pytest.mark.parametrize("word", ["secret_code", "printed_output", "mark label", "BibTeX", "Evidence:", "#"])
def test_code_and_furniture_are_left_out(rendered, word):
    assert word not in json.dumps([entry.listed(0) for entry in page_entries(rendered.blocks)])


def test_the_tools_of_a_page_are_found_at_its_end(contents, rendered, tmp_path):
    write(tmp_path, contents, [rendered])
    tools = [entry for entry in read(tmp_path)["entries"] if entry[2] == "tool"]
    assert {entry[1] for entry in tools} == {"take-along"}
    assert 'id="take-along"' in rendered.html
    words = json.dumps(tools)
    assert all(word in words for word in ("PDF", "CSV", "Download", "Cite", "Print"))


def test_an_amount_is_one_word_however_it_is_written():
    for text in ("$300bn", "300 billion", "USD 300", "300bn", "US$300 billion", "$0.3 trillion", "300 milliards"):
        assert vocabulary(text) == "300bn", text
    assert vocabulary("$300 million 300 m 300 MW 2.3tn $2025-11-07") == "2025-11-07 2300bn 300 300m m mw"


def test_words_are_those_that_the_script_compares():
    assert vocabulary("Ünïted 1,400 1,400.5 2025-11-07 GPT-4o Oracle's") == (
        "1400 1400.5 2025-11-07 4 gpt o oracle s united"
    )
    assert vocabulary("Oracle leads", "ORACLE") == "leads"


def test_a_source_that_chapters_share_is_listed_once(contents, rendered, tmp_path):
    write(tmp_path, contents, [replace(rendered, slug="one"), replace(rendered, slug="two")])
    index = read(tmp_path)
    assert index["pages"] == [["one.html", "Market"], ["two.html", "Market"]]
    assert [entry[0] for entry in index["entries"] if entry[2] == "source"] == [1]
    assert [entry[0] for entry in index["entries"] if entry[1] == "ranked"] == [1], "nor is a chart listed twice"
    assert [entry[0] for entry in index["entries"] if entry[1] == "deals"][:1] == [0], "tables of two pages may differ"


def test_the_glossary_is_searched_from_every_edition(contents, rendered, tmp_path):
    with_glossary = replace(contents, glossary=(Term("letter of intent", ("LOI",), "A *promise* to [talk](x.html)."),))
    write(tmp_path, with_glossary, [rendered])
    index = read(tmp_path)
    assert index["pages"][-1] == ["glossary.html", "Glossary"]
    assert next(entry for entry in index["entries"] if entry[2] == "term") == [
        *(1, "letter-of-intent", "term", "letter of intent", "A promise to talk.", "LOI"),
    ]


def test_the_same_pages_give_the_same_bytes(contents, rendered, tmp_path):
    indexes = []
    for _ in range(2):
        write(tmp_path, contents, [rendered])
        indexes.append((tmp_path / SEARCH_INDEX).read_bytes())
    assert indexes[0] == indexes[1]
    assert b"\\u" not in indexes[0]


def test_the_library_says_what_it_is_and_comes_with_its_licence():
    static = REPO / "book/static"
    assert "MiniSearch 7" in (static / "minisearch.js").read_text(encoding="utf-8")[:120]
    assert "Permission is hereby granted" in (static / "minisearch.LICENSE.txt").read_text(encoding="utf-8")
