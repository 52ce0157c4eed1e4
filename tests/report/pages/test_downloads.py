"""Files to take along: charts, tables and notebooks, read back as their users would read them."""

import io
import json
import re
import struct
import zipfile
import zlib
from xml.etree import ElementTree

import nbformat
import pandas as pd
import pytest
from bs4 import BeautifulSoup

from compute_ledger.exhibits import Provenance
from compute_ledger.ledger import load
from compute_ledger.report.book.contents import read_contents
from compute_ledger.report.charts import standalone_pictures
from compute_ledger.report.errors import NotebookError, RenderError
from compute_ledger.report.notebooks.output_contract import FIELDS
from compute_ledger.report.pages.exporter import Page, render_page
from compute_ledger.report.pages.page_context import PageJob
from compute_ledger.report.site import book_build
from compute_ledger.shared.mime_types import PROVENANCE
from tests.report.pages.test_render import HOSTILE, SOURCES, SPEC, TABLE, chart, standing
from tests.tiny_project import REPO, executed, make_project

SVG = "{http://www.w3.org/2000/svg}"
ROWS = [["=1+1", 2025.0, 1400.5, {"text": "a", "href": "index.ipynb#x"}], ["+b", None, -0.25, None]]
COLOURED = {
    **SPEC,
    "config": {"axis": {"labelColor": "var(--muted, #5c5c5c)"}},
    "mark": {"type": "bar", "color": "currentColor"},
}


@pytest.fixture(scope="module")
def contents(tmp_path_factory):
    return read_contents(make_project(tmp_path_factory.mktemp("downloads") / "p"))


@pytest.fixture(scope="module")
def render(contents, tmp_path_factory):
    path = tmp_path_factory.mktemp("executed") / "chapter.ipynb"

    def rendered(notebook):
        nbformat.write(notebook, path)
        return render_page(PageJob(contents, contents.editions[0], contents.editions, "chapter", path))

    return rendered


SHAPED = {"charts/chapter-shares.16x9.png", "charts/chapter-shares.square.png"}
KEY = [
    {"form": "pale bar", "colours": ["#136dbf"], "words": "what was <i>signed</i>"},
    {"form": "dot", "colours": ["#e27505", "var(--ink, #1b1b1b)"], "words": "what was paid"},
]


def notebook():
    exhibit = chart(table={**TABLE, "rows": ROWS}, title="Half of it, at 50 %", note="See [it](#source-s1).", key=KEY)
    exhibit["application/vnd.vegalite.v6+json"] = COLOURED
    return executed(exhibit, standing(rows=ROWS), standing("explorer", filters=[]) | renamed("e"), SOURCES)


def renamed(name):
    return {kind: {**data, "id": name} for kind, data in standing("explorer", filters=[]).items()}


@pytest.fixture(scope="module")
def page(render):
    return render(notebook())


def test_every_chart_and_table_has_files_and_the_page_leads_to_them(page):
    stems = {
        "chapter-shares": ("csv", "json", "svg", "png"),
        "chapter-t": ("csv", "json"),
        "chapter-e": ("csv", "json"),
    }
    names = {f"charts/{stem}.{suffix}" for stem, suffixes in stems.items() for suffix in suffixes}
    names |= {"charts/chapter.zip", "notebooks/chapter.ipynb"}
    names.add("embed/chapter-shares.html")
    assert names | SHAPED == {name for name in page.files if not name.startswith("cite/")}
    linked = re.findall(r'<a href="((?:charts|cite|notebooks)/[^"]+)" download>', page.html)
    by_script = {*SHAPED, "embed/chapter-shares.html"}
    assert set(linked) == set(page.files) - by_script, "take-along.js and the page of downloads lead to these"


def test_a_spreadsheet_opens_the_csv_and_runs_nothing(page):
    frame = pd.read_csv(io.BytesIO(page.files["charts/chapter-t.csv"]))
    assert list(frame)[1:] == ["Year", "Amount (USD bn)", "Link", "Link: address"]
    assert list(frame.iloc[:, 0]) == ["'=1+1", "'+b"]
    assert list(frame["Amount (USD bn)"]) == [1400.5, -0.25]
    assert page.files["charts/chapter-t.csv"].decode().splitlines()[1:] == [
        "'=1+1,2025,1400.5,a,index.html#x",
        "'+b,,-0.25,,",
    ]


def test_programs_get_the_same_figures_with_what_they_mean(page):
    data = json.loads(page.files["charts/chapter-shares.json"])
    assert data["title"] == "Half of it, at 50 %"
    assert data["note"] == "See it."
    assert data["description"] == HOSTILE
    assert (data["subtitle"], data["as_of"]) == ("percent", "2025-11-03")
    assert data["sources"][0]["url"] == "https://example.org/a?b=1&c=2"
    assert data["columns"][2] == {"name": "amount", "label": "Amount", "unit": "USD bn", "type": "number"}
    assert data["key"] == KEY
    assert data["rows"] == [
        ["=1+1", 2025, 1400.5, {"text": "a", "href": "index.html#x"}],
        ["+b", None, -0.25, None],
    ]


def test_the_svg_stands_alone(page):
    text = page.files["charts/chapter-shares.svg"].decode()
    root = ElementTree.fromstring(text)
    words = " ".join(node.text or "" for node in root.iter(f"{SVG}text"))
    for words_of_page in ("Half of it, at 50 %", "percent", "See it.", "As of 2025-11-03.", "Tiny & <small>"):
        assert words_of_page in words
    assert root.find(f"{SVG}rect").get("fill") == "#ffffff"
    assert root.find(f"{SVG}title").text == "Half of it, at 50 %"
    assert root.find(f"{SVG}desc").text == HOSTILE
    drawn = ElementTree.tostring(root, encoding="unicode")
    assert not re.search(r"var\(|currentColor|style=|class=|href|<script|on\w+=", re.sub(r">[^<]*<", "><", drawn))
    assert '"#5c5c5c"' in drawn
    ids = [node.get("id") for node in root.iter() if node.get("id")]
    assert len(ids) == len(set(ids))


def test_the_key_stands_in_the_page_and_in_the_picture(page):
    svg = page.files["charts/chapter-shares.svg"].decode()
    assert "what was &lt;i&gt;signed&lt;/i&gt;" in svg
    assert '"#136dbf" fill-opacity="0.4"' in svg
    items = BeautifulSoup(page.html, "html.parser").select("figcaption .key li")
    assert [item.get_text(strip=True) for item in items] == [entry["words"] for entry in KEY]
    assert [item.svg["aria-label"] for item in items] == ["pale bar", "dot"]
    assert [len(item.svg.find_all("circle")) for item in items] == [0, 2]
    assert 'fill="var(--c136dbf, #136dbf)"' in str(items[0].svg)


def pixels(png):
    """Width, height and bytes of the rows of a PNG, every checksum tested."""
    assert png[:8] == b"\x89PNG\r\n\x1a\n"
    at, parts = 8, {}
    while at < len(png):
        (length,) = struct.unpack_from(">I", png, at)
        body = png[at + 4 : at + 8 + length]
        assert zlib.crc32(body) == struct.unpack_from(">I", png, at + 8 + length)[0]
        parts.setdefault(body[:4], body[4:])
        at += length + 12
    assert list(parts)[-1] == b"IEND"
    width, height, depth, colour = struct.unpack(">IIBB", parts[b"IHDR"][:10])
    assert (depth, colour) == (8, 6)
    rows = zlib.decompress(parts[b"IDAT"])
    assert len(rows) == height * (1 + 4 * width)
    return width, height, rows


def test_the_png_is_the_svg_at_twice_its_size(page):
    svg = ElementTree.fromstring(page.files["charts/chapter-shares.svg"])
    width, height, rows = pixels(page.files["charts/chapter-shares.png"])
    assert (width, height) == pytest.approx([2 * float(svg.get(side)) for side in ("width", "height")], abs=1)
    assert len(page.files["charts/chapter-shares.png"]) < len(rows) / 20
    assert len(set(rows)) > 20, "something is drawn"


def test_a_chart_has_a_page_to_embed_with_its_sources_and_a_way_back(page):
    soup = BeautifulSoup(page.files["embed/chapter-shares.html"].decode(), "html.parser")
    assert soup.h1.get_text() == "Half of it, at 50 %"
    in_the_page = BeautifulSoup(page.html, "html.parser").select("figure svg.chart")
    assert len(soup.select("figure svg.chart")) == len(in_the_page) > 0
    assert soup.select_one(".sources-line").get_text(" ").startswith("Source: ")
    assert "Tiny & <small>." in soup.select_one(".sources-line").get_text()
    assert [link["href"] for link in soup.select("a")] == ["../chapter.html#shares"]
    assert not soup.select("script, nav, style")


def test_pictures_for_slides_and_posts_have_their_proportions(page):
    for name, size in (("16x9", (1200, 675)), ("square", (1000, 1000))):
        width, height, rows = pixels(page.files[f"charts/chapter-shares.{name}.png"])
        assert (width, height) == size
        assert len(set(rows)) > 20, "something is drawn"


WIDE = '<svg class="chart" width="720" height="400"><title>t</title><desc>d</desc><path d="M1 1"/></svg>'
NARROW = '<svg class="chart" width="340" height="400"><title>t</title><desc>d</desc><path d="M2 2"/></svg>'


@pytest.mark.parametrize("shape", standalone_pictures.SHAPES)
@pytest.mark.parametrize("title", ["Short", "A title of many words that fill some lines " * 3])
def test_a_chart_in_a_shape_is_whole_between_its_words_and_its_source(shape, title):
    svg = standalone_pictures.shaped(shape, [WIDE, NARROW], title, "in USD", KEY, "Source: A <b>, B and 3 more.", "d")
    root = ElementTree.fromstring(svg)
    width, height = standalone_pictures.SHAPES[shape]
    assert (root.get("width"), root.get("height")) == (str(width), str(height))
    (drawing,) = [node for node in root if "scale" in node.get("transform", "")]
    x, y, scale = map(float, re.findall(r"[\d.]+", drawing.get("transform")))
    is_narrow = drawing[0].get("d") == "M2 2"
    assert is_narrow == (shape == "square"), "of both the one that can be larger"
    lines = [(node.text, float(node.get("y"))) for node in root.findall(f"{SVG}text")]
    above = [line_y for text, line_y in lines if "Source" not in text]
    below = [line_y for text, line_y in lines if "Source" in text]
    assert max(above) < y
    assert y + 400 * scale < min(below) - 12
    assert x >= 0
    assert x + (340 if is_narrow else 720) * scale <= width
    assert max(below) < height
    assert " ".join(text for text, _ in lines).endswith("Source: A <b>, B and 3 more.")


def test_the_zip_holds_what_lies_beside_it(page):
    with zipfile.ZipFile(io.BytesIO(page.files["charts/chapter.zip"])) as archive:
        assert archive.testzip() is None
        assert {f"charts/{name}": archive.read(name) for name in archive.namelist()} == {
            name: page.files[name] for name in page.files.keys() - SHAPED if re.fullmatch(r"charts/.*(?<!\.zip)", name)
        }
        assert {info.date_time for info in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_the_same_notebook_gives_the_same_bytes(page, render):
    assert render(notebook()).files == page.files


def test_the_notebook_is_whole_and_says_nothing_of_us(render):
    original = notebook()
    original.metadata["compute_ledger"] = {"edition": "latest", "parameters": [], "versions": {}}
    copied = nbformat.reads(render(original).files["notebooks/chapter.ipynb"].decode(), as_version=4)
    nbformat.validate(copied)
    assert set(copied.metadata) == {"language_info"}
    assert [cell.id for cell in copied.cells] == ["title", "parameters", "shown"]
    outputs = copied.cells[2].outputs
    assert outputs[0].data["image/png"].startswith("iVBORw0KGgo"), "Jupyter draws no Vega-Lite of today"
    assert "image/png" not in outputs[1].data
    # nbformat numbers what it reads; beyond that only the picture and our record differ.
    del outputs[0].data["image/png"]
    assert [cell.source for cell in copied.cells] == [cell.source for cell in original.cells]
    assert outputs == original.cells[2].outputs


def test_two_charts_never_share_a_file(contents, tmp_path):
    pages = [
        Page("a", "latest", "", files={"charts/a-B.csv": b""}),
        Page("b", "latest", "", files={"charts/a-b.csv": b""}),
    ]
    with pytest.raises(RenderError, match=r"'charts/a-b\.csv' of chapter 'b' is the file of another chart too"):
        book_build.write_chapters(tmp_path, contents, contents.editions[0], pages)


@pytest.mark.parametrize("width", [120, 300, 720])
def test_lines_keep_every_word_and_stay_within_their_width(width):
    text = "Microsoft and WWWWW Mmmm hold 1,234,567.89 of it: “half”, at 50 % (or so) " * 3
    words = standalone_pictures.Words(text, 18, bold=True)
    lines = words.lines(width)
    assert " ".join(lines) == " ".join(text.split())
    assert all(words.width_px(line) <= width or " " not in line for line in lines)


@pytest.mark.parametrize("width", range(40, 200, 10))
def test_no_line_breaks_at_a_no_break_space(width):
    lines = standalone_pictures.Words("Sources\u00a0: 300\u00a0milliards, 20\u202f%", 12).lines(width)
    assert " ".join(lines).split(" ") == ["Sources\u00a0:", "300\u00a0milliards,", "20\u202f%"]
    assert standalone_pictures.Words("", 12).lines(width) == []


@pytest.mark.parametrize("bold", [False, True])
@pytest.mark.parametrize(
    "text",
    [
        "The quick brown fox jumps over 1,234 lazy dogs",
        "SPHINX OF BLACK QUARTZ",
        "WWW mmm %%% @@@",
        "illicit, till (it)",
    ],
)
def test_the_widths_assumed_are_no_less_than_those_drawn(text, bold):
    words = standalone_pictures.Words(text, 20, bold=bold)
    weight = ' font-weight="bold"' if bold else ""
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="900" height="30" {standalone_pictures.LETTERING}>'
        f'<text x="0" y="20" font-size="20"{weight}>{text}</text></svg>'
    )
    width, _, rows = pixels(standalone_pictures.png(svg, 1))
    inked = max(x for row in unfiltered(rows, width) for x in range(width) if row[4 * x + 3])
    assert 0.9 * words.width_px(text) < inked <= words.width_px(text)


def test_a_picture_in_several_parts_stays_whole():
    def chunk(name, data):
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    packed = zlib.compress(bytes(2 * 9), 0)
    parts = [
        (b"IHDR", struct.pack(">IIBBBBB", 2, 2, 8, 6, 0, 0, 0)),
        (b"IDAT", packed[:5]),
        (b"IDAT", packed[5:]),
        (b"IEND", b""),
    ]
    png = b"\x89PNG\r\n\x1a\n" + b"".join(chunk(*part) for part in parts)
    assert pixels(standalone_pictures.packed(png)) == (2, 2, bytes(2 * 9))


def unfiltered(rows, width):
    """Rows of pixels out of those of a PNG whose filter is `Sub`, as vl-convert's is."""
    for at in range(0, len(rows), 1 + 4 * width):
        assert rows[at] in (0, 1)
        row = bytearray(rows[at + 1 : at + 1 + 4 * width])
        if rows[at]:
            for i in range(4, len(row)):
                row[i] = (row[i] + row[i - 4]) % 256
        yield row


def test_the_run_card_names_the_data(render):
    bundle = Provenance(load(REPO / "tests/ledger_example"))._repr_mimebundle_()
    assert set(bundle[PROVENANCE]) == set(FIELDS[PROVENANCE]), "both wings mean the same fields"
    html = render(executed(bundle)).html
    assert f"SHA-256 <code>{bundle[PROVENANCE]['data_hash']}</code>" in html
    assert "SHA-256" not in render(executed({"text/plain": "x"})).html
    with pytest.raises(NotebookError, match="lacks min_grade"):
        render(executed({PROVENANCE: {"data_hash": "x", "as_of": "2025-01-01"}}))
