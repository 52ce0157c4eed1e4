"""A folder of notebooks that nobody wrote for this package: its plain Altair charts get all that an exhibit gets.

They import nothing of ours and have no cell of parameters.
"""

import io
import json
import re
import shutil
import subprocess
import sys
import zipfile
from html import unescape
from xml.etree import ElementTree

import nbformat
import pandas as pd
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from compute_ledger.report.errors import ParameterError, RenderError
from compute_ledger.report.site.page_checks import check_site
from compute_ledger.shared.mime_types import EXHIBIT, HTML, PNG
from tests.tiny_project import REPO

SVG = "{http://www.w3.org/2000/svg}"
CONTENTS = """\
title = "Rain"
authors = ["S. Body"]

[[chapters]]
slug = "index"
notebook = "work/Rain in towns.ipynb"
title = "Rain"

[[chapters]]
slug = "more"
notebook = "work/more.ipynb"
title = "More"

[[editions]]
name = "latest"
label = "Latest"
"""
EDITION = """
[[editions]]
name = "older"
label = "Older"
path = "editions/older"
parameters = { year = 2024 }
"""
NAMES = ["Bergen", "<script>alert(1)</script>", "__proto__", "=1+1 & co", "Lima"]
DATA = f"""\
import altair as alt
import pandas as pd

towns = pd.DataFrame({{"town": {NAMES}, "rain": [2250.5, 18, 6, 700, 0.25]}})
towns["height"] = [10, 20, 30, 40, 50]
days = pd.DataFrame({{"day": pd.date_range("2025-01-01", periods=6), "rain": [3, 1, 4, 1, 5, 9]}})
days["town"] = ["A", "B"] * 3
"""
BARS = 'alt.Chart(towns).mark_bar().encode(x=alt.X("town", title="Town"), y=alt.Y("rain", title="Rain (mm)"))'
LINE = (
    'alt.Chart(days, title=alt.Title("Wetter and wetter", subtitle="By day"))'
    '.mark_line().encode(x="day", y="rain", color=alt.Color("town", title="Place"))'
)
CHARTS = {
    "index": {
        "bars": BARS,
        "line": LINE,
        "scatter": "brush = alt.selection_interval()\n"
        'alt.Chart(towns).mark_circle().encode(x="rain", y="height", size="rain").add_params(brush)',
        "1st": "import IPython.display\n"
        'IPython.display.display({"application/vnd.vegalite.v5+json": ' + BARS + ".to_dict()}, raw=True)",
    },
    "more": {
        "layers": f'{BARS} + alt.Chart(pd.DataFrame({{"most": [1000]}})).mark_rule().encode(y="most")',
        "facet": 'alt.Chart(days).mark_bar().encode(x="day", y="rain").facet("town")',
        "side-by-side": f"{BARS} | {LINE}",
        "elsewhere": 'alt.Chart("https://example.org/rain.csv").mark_bar().encode(x="a:Q")',
    },
}
TITLES = {
    "bars": "Rain (mm) by Town",
    "line": "Wetter and wetter",
    "scatter": "Height and rain",
    "1st": "Rain (mm) by Town",
    "layers": "Rain (mm) by Town",
    "facet": "Rain by day",
    "side-by-side": "Rain (mm) by Town; Wetter and wetter",
}
TOWNS = [
    [name, rain, height]
    for name, rain, height in zip(NAMES, [2250.5, 18, 6, 700, 0.25], range(10, 60, 10), strict=True)
]


def project_with(folder, charts):
    (folder / "work").mkdir(parents=True)
    for name in ("templates", "static"):
        shutil.copytree(REPO / "book" / name, folder / "book" / name)
    (folder / "book/contents.toml").write_text(CONTENTS)
    for (slug, cells), path in zip(charts.items(), ("Rain in towns", "more"), strict=True):
        title = new_markdown_cell(f"# {slug}\n\nWhat fell.", id="title")
        all_cells = [title, new_code_cell(DATA, id="data")]
        all_cells += [new_code_cell(source, id=name) for name, source in cells.items()]
        nbformat.write(new_notebook(cells=all_cells), folder / f"work/{path}.ipynb")
    return folder


def command(project, *words):
    return subprocess.run([sys.executable, "-m", "compute_ledger", *words], cwd=project, capture_output=True, text=True)


def build(project):
    return command(project, "build")


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    project = project_with(tmp_path_factory.mktemp("foreign") / "p", CHARTS)
    done = build(project)
    assert done.returncode == 0, done.stderr
    return project / "book/_build/html"


@pytest.fixture(scope="module")
def figures(book):
    """The HTML of each chart by the id of its cell."""
    pages = [(book / f"{slug}.html").read_text() for slug in CHARTS]
    captions = (
        re.findall(r'<figure class="exhibit" id="chart-([^"]+)">(.*?)</figure>', page, re.DOTALL) for page in pages
    )
    return {name: html for page in captions for name, html in page}


def files(book, name):
    slug = next(slug for slug, cells in CHARTS.items() if name in cells)
    return {
        suffix: (book / f"charts/{slug}-chart-{name}.{suffix}").read_bytes() for suffix in ("csv", "json", "svg", "png")
    }


def test_every_chart_is_a_figure_and_the_book_is_whole(book, figures):
    assert set(figures) == set(TITLES)
    assert check_site(book) == []
    for name, title in TITLES.items():
        assert f'<p class="exhibit-title">{title} <a' in figures[name]
    assert '<p class="exhibit-subtitle">By day</p>' in figures["line"]


def test_each_has_two_drawings_with_text_alternative_and_tooltips(figures):
    for name, html in figures.items():
        pictures = [ElementTree.fromstring(svg) for svg in re.findall(r"<svg .*?</svg>", html, re.DOTALL)]
        assert [picture.find(f"{SVG}title").get("id") for picture in pictures] == [
            f"chart-{name}-{variant}-title" for variant in ("wide", "narrow")
        ]
        wide, narrow = (float(picture.get("width")) for picture in pictures)
        assert narrow <= 341 < wide <= 721, name
        for picture in pictures:
            assert re.search("chart|plot", picture.find(f"{SVG}desc").text)
            assert [node for node in picture.iter(f"{SVG}title") if node.get("id") is None], name
        assert "var(--muted, #5c5c5c)" in html


def test_words_are_the_titles_of_the_chart_and_not_the_names_of_columns(figures):
    description = unescape(re.search(r'<desc id="[^"]*">(.*?)</desc>', figures["bars"])[1])
    assert description == (
        f"Bar chart, 5 bars. Across: Town ({', '.join(NAMES[:-1])} and {NAMES[-1]}). "
        "Up: Rain (mm), from 0.25 (Lima) to 2,251 (Bergen)."
    )
    tips = [unescape(tip) for tip in re.findall("<title>(.*?)</title>", figures["bars"])]
    assert tips[:5] == [f"Town: {name}; Rain (mm): {rain:g}" for name, rain, _ in TOWNS]
    assert any("Place: A" in tip for tip in re.findall("<title>(.*?)</title>", figures["line"]))
    assert not re.search("<title>[^<]*town: ", figures["bars"] + figures["line"])


def test_the_numbers_are_the_data_in_page_csv_and_json(book, figures):
    for name in ("bars", "1st", "layers", "scatter", "side-by-side"):
        files_of_chart = files(book, name)
        order = ["rain", "height", "town"] if name == "scatter" else ["town", "rain", "height"]
        expected = pd.DataFrame(TOWNS, columns=["town", "rain", "height"])
        if name == "side-by-side":
            expected = pd.DataFrame(
                {"day": [f"2025-01-0{n}" for n in range(1, 7)], "rain": [3, 1, 4, 1, 5, 9], "town": ["A", "B"] * 3}
            )
            order = ["day", "rain", "town"]
        rows = json.loads(files_of_chart["json"])["rows"]
        assert rows == expected[order].to_numpy(object).tolist(), name
        csv = pd.read_csv(io.BytesIO(files_of_chart["csv"]))
        assert (
            csv.map(lambda cell: cell.lstrip("'") if isinstance(cell, str) else cell).to_numpy(object).tolist() == rows
        )
        body = re.search("<tbody>(.*?)</tbody>", figures[name], re.DOTALL)[1]
        assert len(re.findall("<tr>", body)) == len(rows)
    assert list(pd.read_csv(io.BytesIO(files(book, "bars")["csv"])).columns) == ["Town", "Rain (mm)", "height"]
    assert "largest of the 2 data sets" in figures["side-by-side"]


def test_pictures_to_take_along_have_the_words_and_no_script(book):
    for name, title in TITLES.items():
        files_of_chart = files(book, name)
        root = ElementTree.fromstring(files_of_chart["svg"])
        assert root.find(f"{SVG}title").text == title
        assert "Nosourcegiven." in "".join("".join(root.itertext()).split())
        assert files_of_chart["png"].startswith(b"\x89PNG")
        assert not list(root.iter(f"{SVG}script"))
    archive = zipfile.ZipFile(book / "charts/index.zip")
    assert "index-chart-bars.csv" in archive.namelist()


def test_no_source_is_told_where_readers_look_for_one(book, figures):
    for name, html in figures.items():
        assert html.count('<p class="sources-line">No source given.</p>') == 1
        assert "no source given" in re.search(r'<p class="citation">(.*?)</p>', html)[1]
        assert json.loads(files(book, name)["json"])["sources"] == []
    assert "no source given" in (book / "cite/index-chart-bars.bib").read_text()
    assert "no source given" not in (book / "cite/more.bib").read_text()


def test_hostile_names_are_text_everywhere(book):
    for path in book.rglob("*.html"):
        assert "<script>alert" not in path.read_text()
    assert "\n'=1+1" in files(book, "bars")["csv"].decode()


def test_the_search_the_print_edition_and_the_notebook_have_them(book):
    index = json.loads((book / "search-index.js").read_text().partition("=")[2].rstrip(";\n"))
    assert {entry[1] for entry in index["entries"] if entry[2] == "chart"} == {f"chart-{name}" for name in TITLES}
    printed = (book / "print.html").read_text()
    assert printed.count('class="one-chart"') == len(TITLES)
    assert printed.count("No source given.") == len(TITLES)
    notebook = nbformat.read(book / "notebooks/index.ipynb", as_version=4)
    outputs = [output["data"] for cell in notebook.cells for output in cell.get("outputs", ())]
    assert len(outputs) == len(CHARTS["index"])
    assert all(EXHIBIT in data and PNG in data and HTML not in data for data in outputs)


def test_data_from_elsewhere_are_one_line_and_no_request(book):
    page = (book / "more.html").read_text()
    assert "<em>Not shown: a chart that would load its data from example.org; pages load nothing" in page
    assert not re.search(r'(?:src|href)="[^"]*example\.org', page)


@pytest.mark.parametrize(
    ("words", "place"),
    [
        (["build", "-p", "year=2024"], "any chapter"),
        (["run", "more", "-p", "year=2024"], "more.ipynb"),
        (["sweep", "-p", "year=2024,2025"], "any chapter"),
    ],
)
def test_without_a_parameters_cell_there_is_nothing_to_set(book, words, place):
    done = command(book.parents[2], *words)
    printed = (
        f"error: unknown parameter 'year' in {place}; none is declared there: that takes a cell tagged 'parameters'\n"
    )
    assert (done.returncode, done.stderr) == (ParameterError.exit_code, printed)
    assert command(book.parents[2], "params").stdout == "index: no parameters\nmore: no parameters\n"


def test_parameters_go_to_the_chapters_that_have_them(tmp_path):
    """Also those of an edition."""
    project = project_with(tmp_path / "p", {"index": {}, "more": {}})
    path = project / "work/more.ipynb"
    notebook = nbformat.read(path, as_version=4)
    cells = ["year: int = 2025", 'print(f"In {year} it rained.")']
    notebook.cells += [new_code_cell(cells[0], id="p", metadata={"tags": ["parameters"]}), new_code_cell(cells[1])]
    nbformat.write(notebook, path)
    with (project / "book/contents.toml").open("a") as contents:
        contents.write(EDITION)
    assert build(project).returncode == 0
    pages = [(project / "book/_build/html" / name).read_text() for name in ("more.html", "editions/older/more.html")]
    assert ["In 2025 it rained." in pages[0], "In 2024 it rained." in pages[1]] == [True, True]
    assert "Parameters of this page" not in (project / "book/_build/html/editions/older/index.html").read_text()


def test_a_chart_that_cannot_be_drawn_is_one_line_that_names_its_cell(tmp_path):
    data = 'pd.DataFrame({"a": ["b", "constructor"], "n": [1, 2]})'  # which Vega takes for what every object has
    charts = {"index": {"odd": f'alt.Chart({data}).mark_bar().encode(x="a", y="n")'}, "more": {}}
    done = build(project_with(tmp_path / "p", charts))
    assert done.returncode == RenderError.exit_code
    last_line = done.stderr.strip().splitlines()[-1]
    assert re.match(
        r"error: Rain in towns.ipynb, cell 'odd': chart 'chart-odd' cannot be drawn: Vega draws nothing; ", last_line
    )
