import base64
import cProfile
import csv
import gzip
import io
import json
import pstats
import re

import nbformat
import pytest
from bs4 import BeautifulSoup

from compute_ledger.report.book.contents import read_contents
from compute_ledger.report.errors import NotebookError, RenderError
from compute_ledger.report.pages.exporter import render_page, render_words
from compute_ledger.report.pages.html_tables import MOST_COLUMNS
from compute_ledger.report.pages.json_ld import json_ld
from compute_ledger.report.pages.markdown import Prose
from compute_ledger.report.pages.page_context import PageJob
from tests.tiny_project import REPO, executed, make_project

KIND = "application/vnd.compute-ledger.{}+json"
VEGA = "application/vnd.vegalite.v6+json"
HOSTILE = "</script><script>alert(1)</script><img src=x onerror=alert(1)>{{ 7*7 }}--><!--"
SOURCE = {
    "source_id": "s1",
    "publisher": HOSTILE,
    "title": HOSTILE,
    "published_on": "2025-11-03",
    "language": "fr",
    "url": "https://example.org/a?b=1&c=2",
    "grade": "A",
    "document": "",
}
SOURCES = {KIND.format("sources"): {"sources": [SOURCE]}, "text/plain": "1 source"}
TABLE = {
    "columns": [
        {"name": "who", "label": HOSTILE, "unit": "", "type": "string"},
        {"name": "year", "label": "Year", "unit": "", "type": "number"},
        {"name": "amount", "label": "Amount", "unit": "USD bn", "type": "number"},
        {"name": "link", "label": "Link", "unit": "", "type": "string", "link": True},
    ],
    "rows": [
        [HOSTILE, 2025.0, 1400.0, {"text": "a", "href": "javascript:alert(1)"}],
        ["b", 2026.0, -0.25, {"text": "c", "href": "index.ipynb#x"}],
        ["d", None, None, None],
    ],
}
EXHIBIT = {
    "id": "shares",
    "title": HOSTILE,
    "subtitle": "percent",
    "description": HOSTILE,
    "note": "See [it](#source-s1).",
    "source_ids": ["s1"],
    "as_of": "2025-11-03",
    "table": TABLE,
}
SPEC = {
    "data": {"values": [{"a": HOSTILE, "b": 1}]},
    "mark": "bar",
    "encoding": {"y": {"field": "a", "type": "nominal"}, "x": {"field": "b", "type": "quantitative"}},
}


def linked(**changes):
    return {"application/ld+json": HEAD["application/ld+json"] | changes, "text/plain": "x"}


def chart(**changes):
    return {KIND.format("exhibit"): {**EXHIBIT, **changes}, VEGA: SPEC, "text/plain": "chart"}


def entry(**changes):
    return {"form": "pale bar", "colours": ["#136dbf"], "words": HOSTILE} | changes


def standing(kind="table", filters=None, **changes):
    extra = {} if filters is None else {"filters": filters}
    return {
        KIND.format(kind): {**EXHIBIT, "id": "t", "caption": "T", "source_ids": [], "table": TABLE | changes, **extra}
    }


def figures(**changes):
    figure = {"id": "hhi", "label": "HHI", "value": 1, "unit": "points", "as_of": "2025-11-04", "text": "1"}
    return {KIND.format("key-figures"): {"figures": [{**figure, **changes}]}}


HEAD = {
    "application/ld+json": {
        "@context": "https://schema.org/",
        "@type": "Dataset",
        "name": HOSTILE,
        "url": "https://example.org/",
        "distribution": [{"@type": "DataDownload", "contentUrl": "data/deals.csv"}],
    },
    "text/plain": "data about the page",
}


@pytest.fixture(scope="module")
def contents(tmp_path_factory):
    return read_contents(make_project(tmp_path_factory.mktemp("render") / "p"))


@pytest.fixture
def render(contents, tmp_path):
    def rendered(notebook, slug="chapter", edition="latest"):
        nbformat.write(notebook, tmp_path / "executed.ipynb")
        job = PageJob(contents, contents.edition(edition), contents.editions, slug, tmp_path / "executed.ipynb")
        return render_page(job)

    return rendered


def test_hostile_text_is_text_everywhere(render):
    table = {KIND.format("table"): {**EXHIBIT, "id": "t", "caption": HOSTILE}}
    prose = {"text/markdown": HOSTILE}
    cards = figures(text=HOSTILE, label=HOSTILE, note=HOSTILE, href="javascript:alert(1)")
    html = render(executed(chart(), table, prose, cards, SOURCES, {"text/plain": HOSTILE}, source=HOSTILE)).html
    head, _, body = html.partition("<body>")
    assert not re.search(r"<script|<img|javascript:|<!--", body)
    assert head.count("<script") == len(re.findall(r'<script (src="static/\w+\.js"|type="application/ld\+json")', head))
    assert not any(re.search(r"\son\w+=", tag) for tag in re.findall(r"<[a-z][^>]*>", html))
    assert "49" not in re.sub(r'd="[^"]*"|translate\([^)]*\)', "", html), "a template expression was evaluated"
    assert html.count("&lt;script&gt;alert(1)") > 8


def test_a_chart_has_both_names_its_table_and_its_source(render):
    html = render(executed(chart(), SOURCES)).html
    assert '<figure class="exhibit" id="shares">' in html
    assert 'role="img" aria-labelledby="shares-wide-title"' in html
    assert '<a href="#source-s1">' in html
    assert '<li id="source-s1">' in html
    assert '<th scope="col">Amount <span class="unit">(USD bn)</span></th>' in html


def test_a_chapter_has_blocks_for_print_without_code_and_downloads(render):
    files = {KIND.format("downloads"): {"items": [{"href": "data/deals.csv", "text": "a"}]}}
    page = render(executed({"text/markdown": "## Shares"}, chart(), files, figures(), SOURCES, source="1 + 1"))
    assert "downloads" in {block["kind"] for block in page.blocks}
    assert [bool(b["computation"]) for b in (*page.blocks, *page.print_blocks) if "computation" in b] == [True, False]
    kinds = [block["kind"] for block in page.print_blocks]
    assert kinds == [block["kind"] for block in page.blocks if block["kind"] not in ("code", "downloads")]
    words, exhibit, cards, sources = page.print_blocks[-4:]
    assert words["passages"][-1].heading.id == "chapter--shares-2", "as on the screen, where the chart has the first"
    assert exhibit["id"] == "chapter--shares"
    assert list(exhibit["svg"]) == ["wide"]
    assert 'aria-labelledby="chapter--shares-wide-title"' in exhibit["svg"]["wide"]
    assert exhibit["note"] == 'See <a href="#chapter--source-s1">it</a>.'
    assert cards["figures"][0]["id"] == "chapter--figure-hhi"
    assert sources["sources"][0]["id"] == "chapter--source-s1"


def test_a_source_may_be_named_after_a_digit(render):
    sources = {KIND.format("sources"): {"sources": [{**SOURCE, "source_id": "2digital"}]}}
    assert '<li id="source-2digital">' in render(executed(sources)).html


def test_many_sources_are_folded_under_their_number_by_grade(render):
    many = [{**SOURCE, "source_id": f"s{i}", "grade": "AB"[i % 2]} for i in range(7)]
    fold = '<details class="source-fold"><summary>7 sources by grade: 4\xa0A, 3\xa0B</summary>'
    assert fold in render(executed({KIND.format("sources"): {"sources": many}})).html
    assert "source-fold" not in render(executed({KIND.format("sources"): {"sources": many[1:]}})).html


def test_a_long_list_has_the_sources_that_the_page_leads_to_and_a_file_has_all(render):
    many = [source(f"s{i}", f"Publisher {i}", "A") for i in range(12)]
    named = chart(source_ids=[f"s{i}" for i in range(2, 9)], note="Not as in [another](#source-s11).")
    written = {"text/markdown": "As [one](#source-s10) says."}
    page = render(executed(written, named, {KIND.format("sources"): {"sources": many}}))
    fold = BeautifulSoup(page.html, "html.parser").select_one(".source-fold")
    assert [item["id"] for item in fold.select("li")] == [f"source-s{i}" for i in (2, 3, 4, 5, 10, 11)]
    (link,) = fold.select("a[download]")
    assert link.get_text() == "All 12 as CSV"
    rows = list(csv.DictReader(io.StringIO(page.files[link["href"]].decode())))
    assert [row["source_id"] for row in rows] == [f"s{i}" for i in range(12)]
    assert rows[0]["url"] == SOURCE["url"]
    assert [item["source_id"] for item in page.print_blocks[-1]["sources"]] == [f"s{i}" for i in range(12)]


def source(name, publisher, grade):
    return {**SOURCE, "source_id": name, "publisher": publisher, "grade": grade}


KNOWN = [
    source("c", "Herald (copy on example.org, citing Reuters)", "C"),
    source("b", "Herald (Reuters)", "A-"),
    source("w", "Wire / Alpha", "A-"),
    source("a", "Alpha (quoted copy)", "A-"),
    source("s", "SEC", "A"),
]


def test_one_row_below_a_chart_names_its_best_sources_and_has_all_else_in_folds(render):
    evidence = [{"text": "D1", "href": "evidence.html#deals-d1"}, {"text": "D2", "href": "evidence.html#deals-d2"}]
    drawn = chart(source_ids=["c", "b", "w", "a", "s"], evidence=evidence)
    html = render(executed(drawn, {KIND.format("sources"): {"sources": KNOWN}}, source="1 + 1")).html
    (row,) = BeautifulSoup(html, "html.parser").select("figure > .row")
    line = row.select_one(".sources-line")
    assert " ".join(line.get_text().split()) == "SEC, Alpha and 1 more · graded A to C"
    assert [link["href"] for link in line.select("a")] == ["#source-s", "#source-w"]
    assert [fold.summary.get_text() for fold in row.select("details")] == ["Table", "Download", "Cite", "Details"]
    assert {fold["name"] for fold in row.select("details")} == {"shares-row"}, "so that one is open at a time"
    details = row.select("details")[-1]
    assert [" ".join(item.get_text().split()) for item in details.select(".all-sources li")] == [
        "Grade A (1): SEC, 2025-11-03.",
        "Grade A- (3): Wire / Alpha, 2025-11-03; Alpha (quoted copy), 2025-11-03; Herald (Reuters), 2025-11-03.",
        "Grade C (1): Herald (copy on example.org, citing Reuters), 2025-11-03.",
    ]
    assert "Evidence, 2 rows of the ledger: D1, D2." in " ".join(details.get_text().split())
    assert details.pre.get_text().endswith("1 + 1")
    listed = [item["id"] for item in BeautifulSoup(html, "html.parser").select(".sources li")]
    assert listed == ["source-s", "source-w", "source-a", "source-b", "source-c"]


def test_of_many_sources_of_a_grade_four_are_named_and_the_file_has_all(render):
    many = [source(f"s{i}", "Alpha", "A-") for i in range(8)] + [source("b", "Herald", "B")]
    ids = [each["source_id"] for each in many]
    listed = {KIND.format("sources"): {"sources": many}}
    details = BeautifulSoup(render(executed(chart(source_ids=ids), listed)).html, "html.parser").select(".details")[-1]
    first, last = details.select(".all-sources li")
    assert [link["href"] for link in first.select("a")] == [f"#source-s{i}" for i in range(4)]
    assert first.get_text().startswith("Grade A- (8): ")
    assert first.get_text().endswith("; and 4 more.")
    assert "more" not in last.get_text()
    (link,) = details.select("p > a[download]")
    assert (link.get_text(), link["href"].endswith("-shares.json")) == ("All 9 with their addresses", True)
    few = render(executed(chart(source_ids=ids[4:]), listed)).html
    assert "with their addresses" not in few


def test_a_row_of_a_wide_table_names_the_column_of_each_value_but_not_on_paper(render):
    columns = [{"name": f"c{i}", "label": f"C{i}", "unit": "m" * (i % 2), "type": "string"} for i in range(7)]
    drawn = chart(table={"columns": columns, "rows": [list("abcdefg")]})
    page = render(executed(standing(columns=columns, rows=[list("abcdefg")]), drawn, SOURCES))
    labels = [f' data-label="C{i}{" (m)" * (i % 2)}"' for i in range(1, 7)]
    cells = "".join(f"<td{label}>{text}</td>" for label, text in zip(labels, "bcdefg", strict=True))
    assert f'<tr><th scope="row">a</th>{cells}</tr>' in page.html
    assert re.search(r'<table class="[^"]* carded"', page.html)
    assert "data-label" not in str(page.print_blocks)
    assert page.html.count("data-label") == 6, "the numbers of a chart are a table on a phone too"


def test_a_table_folds_up_under_the_values_of_a_column(render):
    columns = [{"name": n, "label": n.upper(), "unit": "", "type": "string"} for n in ("what", "family")]
    rows = [["hhi", "shares"], ["cost", "money"], ["cr", "shares"]]
    asked = {"columns": columns, "rows": rows, "row_ids": ["m1", "m2", "m3"]}
    page = render(executed(standing(**asked, fold_by="family")))
    folds = BeautifulSoup(page.html, "html.parser").select("#t > details.part")
    assert [fold.summary.get_text() for fold in folds] == ["shares (2)", "money (1)"]
    assert [[row["id"] for row in fold.select("tbody tr")] for fold in folds] == [["m1", "m3"], ["m2"]]
    assert [head.get_text() for head in folds[0].select("th[scope=col]")] == ["WHAT"]
    (csv,) = [text for name, text in page.files.items() if name.endswith(".csv")]
    assert csv.decode().splitlines() == ["WHAT,FAMILY", "hhi,shares", "cost,money", "cr,shares"]
    with pytest.raises(NotebookError, match="fold_by 'famly' is none of the columns what, family"):
        render(executed(standing(**asked, fold_by="famly")))


def test_numbers_have_the_decimals_that_they_have_and_years_no_comma(render):
    html = render(executed(chart(), SOURCES)).html
    assert '<table class="long-1 num-2 num-3 short-4">' in html
    assert "<td>2025</td><td>1,400</td><td>a</td></tr>" in html, "an unsafe link leaves its text"
    assert '<td>−0.25</td><td><a href="index.html#x">c</a></td></tr>' in html
    assert "<td></td><td></td><td></td></tr>" in html, "the stylesheet draws the dash of an empty cell"


@pytest.mark.parametrize(
    ("unit", "numbers", "texts"),
    [
        ("%", [18.97021, 50.0], ["19.0", "50.0"]),
        ("USD bn", [35.3375, 280.0], ["35.34", "280"]),
        ("USD bn", [35.5, 280.0], ["35.5", "280"]),
        ("0 to 1", [0.77834, 0.5], ["0.778", "0.5"]),
        ("USD bn", [0.0004, 12.0], ["0.0004", "12"]),
        ("count", [7, 12], ["7", "12"]),
    ],
)
def test_no_column_has_more_decimals_than_a_reader_can_use(render, unit, numbers, texts):
    columns = [TABLE["columns"][0], {**TABLE["columns"][2], "unit": unit}]
    page = render(executed(standing(columns=columns, rows=[["a", number] for number in numbers])))
    assert re.findall(r"<td>([^<]*)</td></tr>", page.html) == texts
    (csv,) = [text for name, text in page.files.items() if name.endswith(".csv")]
    assert str(numbers[0]) in csv.decode(), "the file to take along has the whole number"


def test_a_column_of_several_units_has_no_decimals_in_common(render):
    columns = [TABLE["columns"][0], {**TABLE["columns"][2], "mixed": True}]
    html = render(executed(standing(columns=columns, rows=[["a", 1400.0], ["b", 11.9], ["c", 0.123456]]))).html
    assert re.findall(r"<td>([^<]*)</td></tr>", html) == ["1,400", "11.9", "0.1235"]


def test_every_column_that_a_table_may_have_has_its_rules():
    sheet = (REPO / "book/static/report.css").read_text()
    for number in range(1, MOST_COLUMNS + 1):
        for kind in ("num", "short", "long"):
            assert re.search(rf"\.{kind}-{number} (tbody )?tr > :nth-child\({number}\)", sheet), (kind, number)


def test_rows_can_be_led_to(render):
    html = render(executed(standing(row_ids=["deals-oracle-2025-09", None, "deals-2"]))).html
    assert re.findall(r'<tr id="([^"]*)">', html) == ["deals-oracle-2025-09", "deals-2"]


@pytest.mark.parametrize(
    ("href", "cell_html"),
    [
        ("https://example.org/a?b=1&c=2", '<a href="https://example.org/a?b=1&amp;c=2">x</a>'),
        ("evidence.html#deals-oracle-2025-09", '<a href="evidence.html#deals-oracle-2025-09">x</a>'),
        ("#deals-2", '<a href="#deals-2">x</a>'),
        ("JavaScript:alert(1)", "x"),
        ("mailto:a@example.org", "x"),
        ("ftp://example.org/", "x"),
        ("//example.org/", "x"),
        ("../evidence.html", "x"),
        ("sub/evidence.html", "x"),
        ("a.svg", "x"),
        ('"onclick="x', "x"),
    ],
)
def test_a_cell_leads_only_where_it_may(render, href, cell_html):
    columns = [TABLE["columns"][0], TABLE["columns"][3], {**TABLE["columns"][3], "link": False}]
    cell = {"text": "x", "href": href}
    html = render(executed(standing(columns=columns, rows=[["a", cell, cell]]))).html
    assert f"<td>{cell_html}</td><td>x</td></tr>" in html


def test_an_explorer_is_a_whole_table_that_the_script_finds(render):
    page = render(executed(standing("explorer", filters=["year", "who"], row_ids=["a", "b", "c"]), HEAD))
    assert '<div class="explorer" data-filters="1 0"><section class="standing-table" id="t"' in page.html
    assert page.html.count("<tr id=") == 3
    assert '<script src="static/report.js"></script>' in page.html
    assert "; script-src 'self'\">" in page.html


def test_thousands_of_rows_are_small_and_twice_as_many_cost_twice_as_much(render):
    def rendered(count):
        columns = [{"name": f"c{i}", "label": f"C{i}", "unit": "", "type": "string", "link": i == 7} for i in range(8)]
        rows = [
            [f"oracle-2025-{i}", "amount", "usd_bn", f"${i % 90} billion", "A-", "headline", "in our words", link(i)]
            for i in range(count)
        ]
        ids = [f"claims-{i}" for i in range(count)]
        notebook = executed(standing("explorer", filters=["c4"], columns=columns, rows=rows, row_ids=ids))
        with cProfile.Profile() as profile:
            html = render(notebook).html
        return html, pstats.Stats(profile).total_calls

    rendered(1)  # what is made once in a process
    (_, none), (_, fewer), (html, many) = rendered(1), rendered(750), rendered(1500)
    assert 0 < many - none < 2.1 * (fewer - none)
    body = html.partition("<tbody>")[2].partition("</tbody>")[0]
    assert "class=" not in body
    assert not re.search(r"^\s+<", body.strip(), re.MULTILINE)
    assert len(gzip.compress(html.encode())) < 60_000


def link(number):
    return {"text": "OpenAI", "href": f"https://example.org/{number}"}


def test_data_about_the_page_cannot_leave_its_element(render):
    html = render(executed(HEAD)).html
    text, report = re.findall(r'<script type="application/ld\+json">(.*?)</script>', html, re.DOTALL)
    assert json.loads(report)["@type"] == "Report"
    assert "<" not in text
    data = json.loads(text)
    assert data["name"] == HOSTILE
    assert data["url"] == "https://example.org/"
    assert data["distribution"] == [{"@type": "DataDownload"}], "no base URL, so no address"
    assert html.index("ld+json") < html.index("<body>")


def test_a_base_url_makes_addresses_whole():
    data = {"url": "evidence.html", "distribution": [{"contentUrl": "data/deals.csv"}]}
    text = json_ld(data, "https://example.org/book/", "x")
    assert json.loads(text)["url"] == "https://example.org/book/evidence.html"
    assert json.loads(text)["distribution"][0]["contentUrl"] == "https://example.org/book/data/deals.csv"


@pytest.mark.parametrize("edition", ["latest", "2025-11-07"])
def test_downloads_are_those_of_the_book_in_every_edition(render, edition):
    items = [{"href": "data/deals.csv", "text": HOSTILE, "note": "51 rows"}]
    words = {"text/markdown": "[a](../data/README.md) [b](codebook.html#deals)"}
    html = render(executed({KIND.format("downloads"): {"items": items}}, words), edition=edition).html
    up = "../../" if edition != "latest" else ""
    assert f'<li><a href="{up}data/deals.csv" download>&lt;/script&gt;' in html
    assert f'<a href="{up}data/README.md">a</a> <a href="codebook.html#deals">b</a>' in html


def test_a_codebook_is_a_page_of_the_book(contents):
    edition = contents.edition("2025-11-07")
    words = "# Tables\n\n[m](#market_size)\n\n## market_size\n\n| a |\n|---|\n| b |\n"
    html = render_words(contents, edition, contents.editions, "codebook.html", words, codebook=True)
    assert '<h2 id="market_size">' in html
    assert 'href="chapter.html"' in html
    assert 'href="codebook.html" aria-current="page"' in html
    assert "How this page was made" not in html


def test_key_figures_leave_the_page_as_they_came(render):
    page = render(executed(figures(value=0.25)))
    assert page.key_figures == [
        {"id": "hhi", "label": "HHI", "value": 0.25, "unit": "points", "as_of": "2025-11-04", "text": "1"}
    ]
    assert '<li id="figure-hhi">' in page.html
    assert 'data as of <time datetime="2025-11-04">' in page.html


def test_tags_decide_what_is_shown(render):
    notebook = executed({"text/plain": "kept"})
    cells = notebook.cells
    cells[2].metadata["tags"] = ["remove-input"]
    hidden = nbformat.v4.new_code_cell("secret = 1", id="hidden", metadata={"tags": ["remove-cell"]})
    cells.append(hidden)
    html = render(notebook).html
    assert "secret" not in html
    assert "show()" not in html
    assert '<pre class="plain" tabindex="0">kept</pre>' in html


def test_code_waits_for_what_it_made(render):
    notebook = executed({"text/markdown": "Words."}, source="say()")
    notebook.cells.insert(2, nbformat.v4.new_code_cell("load()", id="load"))
    notebook.cells.insert(2, nbformat.v4.new_markdown_cell("## Section", id="section"))
    html = render(notebook).html
    assert html.count('<details class="code">') == 1
    assert html.index("Words.") < html.index('<details class="code">') < html.index("load()") < html.index("say()")


def test_a_picture_is_taken_only_when_there_is_nothing_else(render):
    png = base64.b64encode(b"\x89PNG").decode()
    html = render(executed({"image/png": png, "text/plain": "A map"}, {**chart(), "image/png": png}, SOURCES)).html
    assert html.count("data:image/png") == 1
    assert 'alt="A map"' in html


def test_links_between_editions_and_chapters_are_relative(render):
    html = render(executed(), edition="2025-11-07").html
    assert 'href="../../chapter.html">Latest' in html
    assert 'href="../../editions/2025-11-07/chapter.html" aria-current="true"' in html
    assert 'href="../../static/report.css"' in html
    assert 'rel="prev" href="index.html"' in html


@pytest.mark.parametrize(
    ("outputs", "message"),
    [
        ([chart(title="a\u202eb"), SOURCES], "exhibit+json holds the unseen character U+202E; remove it"),
        ([chart(title="Ora\u200bcle"), SOURCES], "exhibit+json holds the unseen character U+200B; remove it"),
        ([chart(subtitle="\x1b[31m"), SOURCES], "holds the unseen character U+001B"),
        ([standing(rows=[["a\x00", 1.0, 1.0, None]])], "holds the unseen character U+0000"),
        ([{**chart(), VEGA: {**SPEC, "title": "\u2066"}}, SOURCES], "holds the unseen character U+2066"),
        ([linked(name="\U000e0041")], "holds the unseen character U+E0041"),
        ([{KIND.format("exhibit"): EXHIBIT}, SOURCES], "comes without a application/vnd.vegalite"),
        ([chart(description=""), SOURCES], "empty description"),
        ([chart(title=""), SOURCES], "empty title"),
        ([chart(source_ids=[]), SOURCES], "empty source_ids"),
        ([chart(key=[entry(form="blob")]), SOURCES], "the key of 'shares' shows a 'blob', which is no form"),
        ([chart(key=[entry(colours=['#fff"/><script>'])]), SOURCES], "the key of 'shares' has the colour"),
        ([chart(key=[entry(colours=["url(#a)"])]), SOURCES], "the key of 'shares' has the colour 'url"),
        ([chart()], "names source 's1'"),
        ([chart(id='a" onclick="x'), SOURCES], "cannot be an id"),
        ([chart(), chart(), SOURCES], "'shares' is used twice"),
        ([chart(table={"columns": [], "rows": [[1]]}), SOURCES], "more or fewer cells"),
        ([{KIND.format("sources"): {"sources": [{"source_id": "s1"}]}}], "source lacks publisher"),
        ([{KIND.format("key-figures"): {}}], "lacks figures"),
        ([{KIND.format("table"): []}], "must be an object, not list"),
        ([standing(row_ids=["a"])], "'t' has 3 rows and 1 row_ids"),
        ([standing(row_ids=["a", "b", "a"])], "the id 'a' is used twice"),
        ([standing(row_ids=["a", "content", "b"])], "the id 'content' is used twice"),
        ([standing(row_ids=["a", "t", "b"])], "the id 't' is used twice"),
        ([standing(row_ids=["a", 'b" onclick="x', "c"])], "cannot be an id"),
        ([standing("explorer", filters=["grade"])], "filter 'grade' is none of the columns who, year"),
        ([standing("explorer")], "lacks filters"),
        ([standing(columns=[TABLE["columns"][0]] * 17, rows=[])], "has 17 columns; at most 16 fit"),
        (
            [{KIND.format("downloads"): {"items": [{"href": "https://example.org/", "text": "x"}]}}],
            "no file of the book",
        ),
        ([{KIND.format("downloads"): {"items": [{"href": "../../x", "text": "x"}]}}], "no file of the book"),
        ([{"application/ld+json": {"@context": "x:y", "@type": "Dataset"}}], "JSON-LD holds 'x:y'"),
        ([linked(url="javascript:alert(1)")], "JSON-LD holds 'javascript:alert(1)'"),
        ([linked(creator={"url": "data:text/html,x"})], "JSON-LD holds 'data:text/html,x'"),
        ([linked(license="//example.org/")], "JSON-LD holds '//example.org/'"),
        ([linked(about=["vbscript:x"])], "JSON-LD holds 'vbscript:x'"),
    ],
)
def test_an_output_outside_the_contract_is_an_error_naming_the_cell(render, outputs, message):
    with pytest.raises(NotebookError) as caught:
        render(executed(*outputs))
    assert message in str(caught.value)
    assert "chapter.ipynb, cell 'shown'" in str(caught.value)


def test_what_nobody_sees_is_left_out_of_plain_text(render):
    stream = nbformat.v4.new_output("stream", name="stdout", text="\x1b[31mred\x1b[0m\u202e\x00\n")
    notebook = executed({"text/plain": "a\u2067b\x07"})
    notebook.cells[2].outputs.append(stream)
    html = render(notebook).html
    assert '<pre class="plain" tabindex="0">ab</pre>' in html
    assert '<pre class="plain" tabindex="0">red\n</pre>' in html


@pytest.mark.parametrize("where", ["source", "output", "metadata"])
def test_half_a_character_is_an_error_naming_the_notebook(contents, tmp_path, where):
    notebook = executed({"text/plain": "\ud83d" if where == "output" else "x"}, source="x", title="# T\n\nx")
    if where == "source":
        notebook.cells[0].source += "\udc00"
    if where == "metadata":
        notebook.metadata["x"] = "\ud83d"
    path = tmp_path / "executed.ipynb"
    path.write_text(json.dumps(notebook))
    with pytest.raises(NotebookError, match=r"executed\.ipynb holds U\+D[8C][03][0D], half of a character"):
        render_page(PageJob(contents, contents.editions[0], contents.editions, "chapter", path))
    path.write_text(json.dumps(executed({"text/plain": "\U0001f600"})))
    assert "\U0001f600" in render_page(PageJob(contents, contents.editions[0], contents.editions, "chapter", path)).html


def test_a_traceback_is_an_error_unless_the_cell_is_tagged(render):
    notebook = executed()
    notebook.cells[2].outputs = [
        nbformat.v4.new_output("error", ename="E", evalue="x", traceback=["\x1b[31mE\x1b[0m", "x<y"])
    ]
    with pytest.raises(NotebookError, match=r"cell 'shown': holds a traceback \(E\); run the notebook again, or tag"):
        render(notebook)
    notebook.cells[2].metadata["tags"] = ["raises-exception"]
    assert '<pre class="plain traceback" tabindex="0">E\nx&lt;y</pre>' in render(notebook).html


def test_a_page_has_one_title(render):
    with pytest.raises(NotebookError, match="2 headings of level 1"):
        render(executed(title="# One\n\n# Two"))


def test_a_fault_of_the_template_is_named(render, contents):
    path = contents.root / "book/templates/report/chrome.html.j2"
    text = path.read_text()
    path.write_text(text.replace("page.frame.book.title", "page.frame.book.titel"))
    try:
        with pytest.raises(RenderError, match="titel"):
            render(executed())
    finally:
        path.write_text(text)


@pytest.mark.parametrize(
    ("markdown", "html"),
    [
        ("<b onclick='x'>raw</b>", "&lt;b onclick="),
        ("[x](javascript:alert)", "<p>x</p>"),
        ("[x](JaVaScRiPt:alert)", "<p>x</p>"),
        ("[x](data:text/html,1)", "<p>x</p>"),
        ("[x](//example.org)", "<p>x</p>"),
        ("[x](../../../etc/passwd)", "<p>x</p>"),
        ("[x](/etc/passwd)", "<p>x</p>"),
        ("[x](other.ipynb#a)", '<a href="other.html#a">x</a>'),
        ("[x](https://example.org/?a=1&b=2)", 'href="https://example.org/?a=1&amp;b=2" rel="noopener noreferrer"'),
        ('[x](https://example.org/"onclick="1)', "%22onclick=%221"),
        ("![alt](https://example.org/x.png)", "<em>alt</em>"),
        ("a\u202eb\x07", "<p>ab</p>"),
        ("## 2025: naïve & co", 'id="s-2025-naive-co"'),
        ("| a |\n| ---: |\n| 1 |", '<td class="number">1</td>'),
    ],
)
def test_prose(markdown, html):
    assert html in Prose({"other.ipynb": "other.html"}).blocks(markdown)


def test_headings_that_say_the_same_have_their_own_ids():
    prose = Prose({}, ids={"a"})
    prose.blocks("## A\n\n## A")
    assert [heading.id for heading in prose.headings] == ["a-2", "a-3"]
