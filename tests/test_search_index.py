"""The index of the full-text search, made from small pages."""

import json
from dataclasses import replace

import pytest

from compute_ledger.report.book.contents import read_contents
from compute_ledger.report.book.glossary import Term
from compute_ledger.report.book.layout import SEARCH_INDEX
from compute_ledger.report.pages.exporter import Page
from compute_ledger.report.site.search_index import page_entries, vocabulary, write

from .tiny_project import REPO, make_project

BODY = """
<div class="prose"><h1 id="market">Market</h1><p>An <strong>opening</strong>, with 1,400.</p></div>
<div class="prose"><h2 id="shares">Shares <a class="permalink" href="#shares">#</a></h2><p>First.</p>
<ul><li>one</li><li>two &amp; three</li></ul></div>
<pre class="plain">printed_output</pre>
<details class="code"><summary>How this was computed</summary><pre><code>secret_code()</code></pre></details>
<figure class="exhibit" id="ranked"><figcaption><p class="exhibit-title">Who leads <a class="permalink">#</a></p>
<p class="exhibit-subtitle">USD bn</p></figcaption><svg><title>drawn</title><path><title>mark label</title></path></svg>
<div class="exhibit-foot"><p class="note">A caveat.</p><p class="sources-line">Source: nobody</p></div>
<details class="data"><summary>Numbers</summary><table><tbody><tr><td>Rackspace</td><td>leads</td></tr></tbody></table>
</details><details class="take"><summary>Download and cite</summary><p>BibTeX</p></details></figure>
<section class="standing-table" id="deals"><table><caption>All deals</caption><thead><tr><th>Amount</th></tr></thead>
<tbody><tr><th>Oracle</th><td>Stargate</td><td>300</td><td><a href="e.html#x">claims</a></td></tr>
<tr id="deals-aws"><th>AWS</th><td>EC2</td><td></td></tr></tbody></table></section>
<div class="explorer" data-filters=""><section class="standing-table" id="claims"><table><caption>All claims</caption>
<tbody><tr id="c1"><td>Déjà Oracle</td></tr><tr id="c2"><td>oracle 1,400 <a href="x">&lt;b&gt;</a></td></tr></tbody>
</table></section></div>
<ul class="cards"><li id="figure-hhi"><p class="card-label"><a href="x.html">HHI</a></p><p class="card-value">3,232</p>
<p class="card-note">of 5</p><p class="card-note">Evidence: <a>Oracle</a></p></li></ul>
<ol class="sources"><li id="source-s1"><b>Reuters</b>, <cite>A &amp; B</cite>, 2025. <span>Grade A</span>.</li></ol>
"""
CHARTS = [{"id": "ranked", "title": "Who leads", "description": "Bars: Oracle 300."}]


def page(slug="market", body=BODY):
    return Page(slug=slug, edition="latest", html="", title="Market", charts=CHARTS, body=body)


@pytest.fixture
def contents(tmp_path):
    return read_contents(make_project(tmp_path / "p"))


def read(folder):
    text = (folder / SEARCH_INDEX).read_text(encoding="utf-8")
    return json.loads(text.removeprefix("window.reportIndex=").removesuffix(";\n"))


def test_every_kind_of_place_is_found_under_its_address():
    found = {(entry.anchor, entry.row): entry.listed(0)[2:6] for entry in page_entries(page())}
    assert found == {
        ("market", None): ["", "Market", "An opening, with 1,400."],
        ("shares", None): ["", "Shares", "First. one two & three"],
        ("ranked", None): ["chart", "Who leads", "USD bn Bars: Oracle 300. A caveat.", "rackspace"],
        ("deals", None): ["table", "All deals", "", "amount"],
        ("deals", 0): ["row", "Oracle: Stargate", "300", ""],
        ("deals-aws", None): ["row", "AWS: EC2"],
        ("claims", None): ["explorer", "All claims", "", "1400 b deja oracle"],
        ("figure-hhi", None): ["figure", "HHI: 3,232", "of 5"],
        ("source-s1", None): ["source", "Reuters, A & B, 2025", "Grade A."],
    }


@pytest.mark.parametrize("word", ["secret_code", "printed_output", "mark label", "BibTeX", "nobody", "Evidence:", "#"])
def test_code_and_furniture_are_left_out(word):
    assert word not in json.dumps([entry.listed(0) for entry in page_entries(page())])


def test_words_are_those_that_the_script_compares():
    assert vocabulary("Ünïted 1,400 1,400.5 2025-11-07 GPT-4o Oracle's") == (
        "1400 1400.5 2025-11-07 4 gpt o oracle s united"
    )
    assert vocabulary("Oracle leads", "ORACLE") == "leads"


def test_a_source_that_chapters_share_is_listed_once(contents, tmp_path):
    write(tmp_path, contents, contents.editions[0], [page("one"), page("two")])
    index = read(tmp_path)
    assert index["pages"] == [["one.html", "Market"], ["two.html", "Market"]]
    assert [entry[0] for entry in index["entries"] if entry[2] == "source"] == [1]
    assert [entry[0] for entry in index["entries"] if entry[1] == "ranked"] == [0, 1]


def test_the_glossary_is_searched_from_every_edition(contents, tmp_path):
    told = replace(contents, glossary=(Term("letter of intent", ("LOI",), "A *promise* to [talk](x.html)."),))
    write(tmp_path, told, told.editions[1], [page()])
    index = read(tmp_path)
    assert index["pages"][-1] == ["../../glossary.html", "Glossary"]
    assert index["entries"][-1] == [
        *(1, "letter-of-intent", "term", "letter of intent", "A promise to talk.", "LOI"),
    ]


def test_the_same_pages_give_the_same_bytes(contents, tmp_path):
    made = []
    for _ in range(2):
        write(tmp_path, contents, contents.editions[0], [page()])
        made.append((tmp_path / SEARCH_INDEX).read_bytes())
    assert made[0] == made[1]
    assert b"\\u" not in made[0]


def test_the_library_says_what_it_is_and_comes_with_its_licence():
    static = REPO / "book/static"
    assert "MiniSearch 7" in (static / "minisearch.js").read_text(encoding="utf-8")[:120]
    assert "Permission is hereby granted" in (static / "minisearch.LICENSE.txt").read_text(encoding="utf-8")
