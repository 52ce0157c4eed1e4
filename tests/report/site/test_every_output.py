"""One notebook with every kind of output, made a page by the command line: what is shown, and what harms nobody."""

import csv
import io
import json
import os
import subprocess
import sys

import nbformat
import pytest
from bs4 import BeautifulSoup

from compute_ledger.report.notebooks.notebook_file import read_notebook
from compute_ledger.report.site.page_checks import check_site
from tests import every_output
from tests.chromium import chromium
from tests.tiny_project import REPO, make_project


def made(project, *words):
    return subprocess.run(
        [sys.executable, "-m", "compute_ledger", "run", "chapter", "-o", "mine", *words, "--project", str(project)],
        cwd=project,
        env={**os.environ, "PYTHONPATH": str(REPO)},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    folder = make_project(tmp_path_factory.mktemp("every") / "p")
    nbformat.write(every_output.notebook(), folder / "notebooks/chapter.ipynb")
    return folder


@pytest.fixture(scope="module")
def done(project):
    return made(project)


@pytest.fixture(scope="module")
def folder(project, done):
    assert done.returncode == 0, done.stderr
    return project / "mine"


@pytest.fixture(scope="module")
def page(folder):
    return BeautifulSoup((folder / "chapter.html").read_text(encoding="utf-8"), "html.parser").article


def lines(folder, cell):
    text = (folder / f"charts/chapter-frame-{cell}.csv").read_text(encoding="utf-8")
    return list(csv.reader(io.StringIO(text)))


def test_frames_are_tables_with_their_csv(page, folder):
    rows = page.find(id="frame-rows")
    assert rows.find(class_="frame-foot").get_text() == "10 of 1,234 rows · CSV of what is shown"
    assert [cell.get_text() for cell in rows.select("tbody tr")[0].find_all(["th", "td"])] == [
        "0",
        "Supplier 0",
        "−3.00",
    ]
    assert [wrap["aria-label"] for wrap in page.select(".frame .table-wrap")][:4] == [
        *("Table 1", "Table 2", "Table 3", "Table 4: Styled")
    ]
    assert page.find(id="frame-levels").select_one("th[rowspan='2']").get_text() == "Oracle"
    assert page.find(id="frame-styler").caption.get_text() == "Styled"
    assert lines(folder, "series") == [["", "usd_bn"], ["0", "-3.0"], ["1", "-2.75"], ["2", "-2.5"]]
    assert lines(folder, "rows")[1] == ["0", "Supplier 0", "-3.0"]


def test_pictures_have_their_words_and_sizes(page):
    pictures = [(img["alt"], img.get("width")) for img in page.find_all("img", class_="picture")]
    assert pictures == [("A dot", None), ("Picture", None), ("A dot", "50"), ("Picture", None)]
    assert all(img["src"].startswith("data:image/") for img in page.find_all("img"))


def test_formulas_are_mathematics_and_amounts_are_not(page):
    assert [math["alttext"] for math in page.find_all("math")][:3] == ["x_i^2", r"\displaystyle \frac{a}{b}", "y"]
    assert page.p.get_text().startswith("Between $50 billion and $38 billion, ")
    assert page.p.code.get_text() == r"\nosuch{x}"


def test_text_is_shown_as_it_was_meant(page):
    texts = [pre.get_text() for pre in page.select("pre.plain")]
    assert "printed red\n" in texts
    assert '{\n  "a": [\n    1,\n    "b"\n  ]\n}' in texts
    assert "WARNING:root:a warning of logging\n" in [pre.get_text() for pre in page.select("pre.stderr")]
    (traceback, _) = page.select("pre.traceback")
    assert "ZeroDivisionError: division by zero" in traceback.get_text()
    assert "\x1b" not in page.get_text()


def test_what_no_page_can_hold_is_a_line_with_the_words_there_are(page):
    lines_and_words = [
        (entry.p.get_text(), entry.pre.get_text() if entry.pre else "") for entry in page.select(".unshown")
    ]
    assert [
        (line.partition(", which no page can hold; the notebook has it.")[0], words) for line, words in lines_and_words
    ] == [
        ("Here the notebook shows a widget", "Slider(0)"),
        ("Here the notebook shows a script", ""),
        ("Here the notebook shows a PDF", ""),
        ("Here the notebook shows HTML that only a script could fill", ""),
        (
            "Here the notebook shows a picture or recording that is broken, or of a kind unknown here (image/png)",
            "Broken",
        ),
    ]


def test_tags_decide_what_is_shown(page):
    outputs = [pre.get_text() for pre in page.select("pre.plain")]
    codes = "".join(code.get_text() for code in page.select("details.code"))
    assert "without code\n" in outputs
    assert '"without "' not in codes
    assert '"of a removed output"' in codes
    assert "of a removed output\n" not in outputs
    assert "of a removed cell" not in page.get_text()
    assert page.select_one("details.output pre").get_text() == "in a fold\n"
    assert '"code in a fold"' in codes


def test_a_hidden_table_is_folded_with_its_code_if_that_is_shown(page, folder):
    beside, alone = page.find(id="frame-t6"), page.find(id="frame-t7")
    assert beside.find_parent("details")["class"] == ["code"]
    assert beside.find_parent("details").summary.get_text() == "How this was computed, with a table"
    assert alone.find_parent("details")["class"] == ["output"]
    assert [len(lines(folder, name)) - 1 for name in ("t6", "t7")] == [2, 3]
    paper = BeautifulSoup((folder / "print.html").read_text(encoding="utf-8"), "html.parser")
    assert not paper.find(id="chapter--frame-t6")
    assert paper.find(id="chapter--frame-t7")


def test_the_log_names_each_cell_and_reason(done):
    log_lines = [line.removeprefix("chapter.ipynb, cell ") for line in done.stderr.splitlines()]
    assert [line.partition(":")[0].strip("'") for line in log_lines] == [
        *("title", "streams", "streams", "widget", "script", "pdf", "plot"),
        *("evil-html", "evil-picture", "evil-markdown"),
    ]
    assert log_lines[2] == (
        "'streams': prints a warning or error: 'this cell:3: UserWarning: a warning of Python "
        'warnings.warn("a warning of Python")\''
    )
    assert log_lines[3] == "'widget': shows a widget, which no page can hold"


def test_a_strict_run_stops_and_leaves_what_was_there(project, folder):
    before = (folder / "chapter.html").read_bytes()
    again = made(project, "--strict")
    assert again.returncode == 4
    assert again.stderr == (
        "error: chapter.ipynb, cell 'title': has the formula '\\nosuch{x}', which latex2mathml cannot read "
        "(and 9 more); mend it, or build without --strict\n"
    )
    assert (folder / "chapter.html").read_bytes() == before


def test_nothing_that_means_ill_gets_into_a_page(page, folder):
    assert check_site(folder) == []
    for tag in page.find_all(True):
        assert tag.name not in (
            "script",
            "style",
            "iframe",
            "form",
            "input",
            "button",
            "meta",
            "link",
            "base",
            "object",
        )
        assert not any(name.startswith("on") or name == "style" for name in tag.attrs), tag
        assert not str(tag.get("href", "")).lower().startswith(("javascript", "data", "//")), tag
    ids = [tag["id"] for tag in page.parent.parent.find_all(id=True)]
    assert len(ids) == len(set(ids))
    assert "\u202e" not in page.get_text()
    html = page.find(string="A heading").find_parent(class_="html")
    assert [a.get("href") for a in html.find_all("a")] == ["https://example.org/", None]
    assert html.em.get_text() == "far away"
    assert lines(folder, "evil-frame")[2][1] == "'=HYPERLINK(1)"


def test_other_files_of_the_book_hold_the_same_and_name_no_machine(folder):
    index = (folder / "search-index.js").read_text(encoding="utf-8").removeprefix("window.reportIndex=").strip(";\n")
    entries = {entry[1]: entry[2:] for entry in json.loads(index)["entries"]}
    assert entries["frame-styler"][:2] == ["table", "Styled"]
    assert entries["frame-rows"][:3] == ["table", "Data below “Data”", "10 of 1,234 rows"]
    printed = (folder / "print.html").read_text(encoding="utf-8")
    assert "chapter--frame-rows" in printed
    assert "charts/chapter-frame" not in printed
    notebook = read_notebook(folder / "notebooks/chapter.ipynb")
    messages = [
        output for cell in notebook.cells for output in cell.get("outputs", ()) if output.output_type == "error"
    ]
    assert [output.ename for output in messages] == ["ZeroDivisionError", "ValueError"]
    assert "ipykernel_" not in (folder / "notebooks/chapter.ipynb").read_text(encoding="utf-8")


@pytest.mark.parametrize("width", [375, 1280])
def test_in_a_browser_it_fits_and_does_nothing(folder, width):
    with chromium() as browser:
        page = browser.new_page(viewport={"width": width, "height": 800})
        events = []
        page.on("dialog", lambda dialog: (events.append(dialog.message), dialog.dismiss()))
        page.on("console", lambda message: events.append(message.text))
        page.on("request", lambda request: events.append(request.url) if request.url.startswith("http") else None)
        page.goto((folder / "chapter.html").as_uri())
        assert page.evaluate("document.documentElement.scrollWidth") == width
        assert page.evaluate("[...document.images].filter(each => !each.naturalWidth).length") == 0
        assert page.url.startswith("file:")
    assert events == []
