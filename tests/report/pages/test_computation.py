"""What the folds say of the measures that the cells of a page call."""

import json
import re
import textwrap
from dataclasses import replace

import pytest
from bs4 import BeautifulSoup

from compute_ledger.report.book.contents import read_contents
from compute_ledger.report.book.published_sources import PublishedSources
from compute_ledger.report.errors import ContentsError
from compute_ledger.report.notebooks.notebook_file import write_notebook
from compute_ledger.report.outputs import mathml
from compute_ledger.report.pages.computation.called_measures import by_cell
from compute_ledger.report.pages.computation.measure_entries import MARKED, typeset
from compute_ledger.report.pages.exporter import render_page
from compute_ledger.report.pages.page_context import PageJob
from compute_ledger.report.site import print_edition, search_index
from compute_ledger.shared.measure_notes import measure_notes
from tests.tiny_project import REPO, executed, make_project

MODULES = {
    "measures/sizes.py": r'''
        def size(rows: list[int], most: int = 3) -> int:
            r"""How many <rows> there are.

            Formula: $\min(n, m)$, with $n$ rows
            Reference: Somebody & Other 1999
            """
            return min(_count(rows), most)


        def _count(rows):
            return len(rows)


        def both(rows):
            """Sizes side by side.

            No formula: `size` twice.
            """
            return _twice(rows)


        def _twice(rows):
            return size(rows), size(rows), picked(rows)


        def picked(rows):
            """Some rows.

            No formula: rows are picked.
            """
        ''',
    "exhibits/scope.py": """
        from ours.measures.sizes import picked


        class Scope:
            @classmethod
            def of(cls, rows):
                return cls(rows)

            @property
            def rows(self):
                return self.chosen()

            def chosen(self):
                return picked([])
        """,
    "exhibits/chapter/__init__.py": """
        from .chart import bars, lines, shadow
        from ours.exhibits.chapter import round_trip
        """,
    "exhibits/chapter/chart.py": """
        import pandas as pd
        from ... import measures
        from ...measures import sizes as measure
        from ..scope import Scope


        def bars(rows):
            return _frame(rows)


        def _frame(rows):
            return pd.Series(rows).map(measure.size)


        def lines(scope: Scope):
            return lines(scope) + scope.rows


        def shadow(measure):
            return measure.size()
        """,
    "exhibits/chapter/round_trip.py": "from ours.exhibits.chapter import round_trip, lost\n",
}
SETUP = """\
from ours.exhibits import chapter as show
from ours.exhibits.scope import Scope
from ours.measures import sizes"""


def our(source):
    """The same for this package; only modules that there are may be named as its own."""
    return re.sub(r"\bours\b", "compute_ledger", source)


@pytest.fixture
def project(tmp_path):
    folder = make_project(tmp_path / "p")
    for name, source in MODULES.items():
        path = folder / "compute_ledger" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(our(textwrap.dedent(source).lstrip()))
    for package in ("", "measures/", "exhibits/"):
        (folder / f"compute_ledger/{package}__init__.py").touch()
    return folder


def called(project, *cells):
    """Names of the measures that the last of the cells calls."""
    return [
        measure.address.rpartition(".")[2] for measure in by_cell(map(our, [SETUP, *cells]), project)[our(cells[-1])]
    ]


@pytest.mark.parametrize(
    ("cells", "names"),
    [
        (["sizes.size(rows)"], ["size"]),
        (["frame.map(sizes.size)"], ["size"]),
        (["from ours.measures.sizes import size as s", "s(rows)"], ["size"]),
        (["import ours.measures.sizes", "ours.measures.sizes.size(rows)"], ["size"]),
        (["from ours import measures", "measures.sizes.picked(rows)"], ["picked"]),
        # A measure without a formula leads to those that have one, through its helpers.
        (["sizes.both(rows)"], ["both", "size"]),
        (["sizes.picked(sizes.both(rows))"], ["picked", "both", "size"]),
        (["show.bars(rows)"], ["size"]),
        (["%time show.bars(rows)"], ["size"]),
        (["scope = Scope.of(rows)", "show.lines(scope)"], ["picked"]),
        (["scope = Scope(rows)", "scope.chosen()"], ["picked"]),
        (["scope = Scope.of(rows)", "scope = 1", "scope.chosen()"], []),
        (["sizes = show.other()", "sizes.size(rows)"], []),
        (["show.shadow(rows)"], []),
        (["show.round_trip.lost(rows)", "show.lost(rows)"], []),
        (["show.nothing(sizes.nothing, Scope.nothing, sizes.size.nothing)"], ["size"]),
        (["from theirs.measures import hhi\nimport theirs.exhibits as t", "hhi(t.x(), rows['a'].b)"], []),
        (["1 +", "sizes.size(rows)"], ["size"]),
    ],
)
def test_the_measures_of_a_cell(project, cells, names):
    assert called(project, *cells) == names


def test_a_cell_or_a_module_that_cannot_be_parsed_calls_nothing(project):
    (project / "compute_ledger/measures/sizes.py").write_text("def size(:")
    assert by_cell([our(SETUP), "1 +", "sizes.size()"], project) == {our(SETUP): (), "sizes.size()": ()}


def page(project, *cells, sources=None):
    """A rendered page whose cells each print something, the last in its section."""
    notebook = executed({"text/plain": "shown"}, {"image/png": "iVBORw0KGgo="}, source=cells[0])
    setup = notebook.cells[1].copy()
    setup.update(id="setup", source=our(SETUP), metadata={"tags": ["remove-cell"]})
    cell = notebook.cells[2]
    more = [{**cell.copy(), "id": f"shown-{number}", "source": source} for number, source in enumerate(cells[1:])]
    notebook.cells[1:] = [setup, cell, *(type(cell)(new_cell) for new_cell in more)]
    write_notebook(notebook, project / "executed.ipynb")
    contents = read_contents(project)
    contents = replace(contents, sources=sources) if sources else contents
    return render_page(
        PageJob(contents, contents.editions[0], contents.editions, "chapter", project / "executed.ipynb")
    )


def test_a_formula_leads_to_the_list_of_all(project):
    text = (project / "book/contents.toml").read_text(encoding="utf-8")
    (project / "book/contents.toml").write_text(f'method = "index"\n{text}', encoding="utf-8")
    links = BeautifulSoup(page(project, "sizes.both(rows)").html, "html.parser").select(".measures dd a")
    assert [link["href"] for link in links] == ["index.html#formula-sizes-size"], "what has no formula leads nowhere"
    (project / "book/contents.toml").write_text(f'method = "indx"\n{text}', encoding="utf-8")
    with pytest.raises(ContentsError, match="unknown chapter 'indx' in book/contents"):
        read_contents(project)


def test_a_fold_describes_what_its_cells_call(project):
    rendered = page(project, "sizes.size(rows)", "sizes.both(rows)", "1 + 1")
    soup = BeautifulSoup(rendered.html, "html.parser")
    first, second, third = soup.find_all("details", class_="code")
    assert first.find("pre").get_text() == "sizes.size(rows)"
    term, description = first.find("dt"), first.find("dd")
    assert term["id"] == "measure-sizes-size"
    assert term.get_text() == "size(rows, most=3)"
    assert term.find("span", class_="m").get_text() == "3"
    assert [paragraph.get_text() for paragraph in description.find_all("p")] == [
        "How many <rows> there are.",
        "min(n,m), with n rows",
        "Reference: Somebody & Other 1999. Source: compute_ledger/measures/sizes.py, line 1",
    ]
    assert [math.find("mi").get_text() for math in description.find_all("math")[1:]] == ["n"]
    assert not description.find("a")
    # What was described is not described again.
    assert [term.get_text() for term in second.find_all("dt")] == ["both(rows)"]
    assert second.find("p", class_="measures-above").find("a")["href"] == "#measure-sizes-size"
    assert not third.find(["dl", "p"])


def test_a_fold_leads_to_the_source_at_its_commit(project):
    address = "https://example.org/{commit}/{path}?from={first}&to={last}"
    rendered = page(project, "sizes.both(rows)", sources=PublishedSources(address, "c0ffee", "sub/"))
    links = BeautifulSoup(rendered.html, "html.parser").select(".measures a")
    assert [link["href"] for link in links] == [
        f"https://example.org/c0ffee/sub/compute_ledger/measures/sizes.py?from={first}&to={last}"
        for first, last in [(14, 19), (1, 7)]
    ]
    assert "Source: <span" not in rendered.html


def test_a_fold_says_that_the_source_was_changed_since(project):
    changed = PublishedSources("https://x/{commit}/{path}", "c0ffee" * 7, changed=("compute_ledger/measures/sizes.py",))
    soup = BeautifulSoup(page(project, "sizes.picked(rows)", sources=changed).html, "html.parser")
    assert soup.find("dd").find_all("p")[-1].get_text() == (
        "Source: compute_ledger/measures/sizes.py, line 26, changed since commit c0ffeec0ff"
    )


def test_print_and_search_leave_the_folds_out(project):
    rendered = page(project, "sizes.size(rows)")
    printed = " ".join(print_edition.part(project, rendered.print_blocks)["pieces"])
    assert "shown" in printed
    assert "How many" not in printed
    assert "How many" not in json.dumps([vars(entry) for entry in search_index.page_entries(rendered.blocks)])


def test_letters_may_be_slanted_and_names_of_functions_stay_upright():
    assert typeset(r"$\ln n$") == (
        '<math display="inline"><mrow><mi mathvariant="normal">ln</mi><mi>n</mi></mrow></math>'
    )


def test_what_cannot_be_typeset_is_shown_as_it_stands():
    assert typeset(r"a < b, `hhi`, $\unknown{x}$ and $x < \text{<b>}$") == (
        r"a &lt; b, <code>hhi</code>, <code>\unknown{x}</code> and "
        '<math display="inline"><mrow><mi>x</mi><mo>&lt;</mo><mtext>&lt;b&gt;</mtext></mrow></math>'
    )


@pytest.fixture(scope="module")
def chapters():
    """The measures of each cell of each chapter of the book."""
    notebooks = {path.stem: json.loads(path.read_text()) for path in sorted((REPO / "notebooks").glob("*.ipynb"))}
    return {
        name: by_cell(["".join(cell["source"]) for cell in notebook["cells"] if cell["cell_type"] == "code"], REPO)
        for name, notebook in notebooks.items()
    }


def test_every_measure_of_a_chapter_has_a_summary_and_a_formula_or_says_that_it_has_none(chapters):
    by_address = {
        measure.address: measure for cells in chapters.values() for measures in cells.values() for measure in measures
    }
    assert len(by_address) > 80
    for address, measure in by_address.items():
        notes = measure_notes(measure.docstring)
        assert notes.summary.endswith("."), address
        assert bool(notes.formula) != bool(notes.no_formula), f"{address}: one of Formula and No formula"
        assert notes.reference or not notes.formula, f"{address}: whose formula is it?"
        latex = [latex for latex, _ in MARKED.findall(notes.formula) if latex]
        assert bool(latex) == bool(notes.formula), address
        assert [formula for formula in latex if mathml.formula(formula, display=False) is None] == [], address
        assert "$" not in MARKED.sub("", notes.formula) + notes.summary + notes.reference, address


def test_the_formula_of_the_index_is_reached_from_every_chapter_that_has_it(chapters):
    cells = chapters["commitment-concentration"]
    ranked = next(measures for source, measures in cells.items() if "show.ranked_finding" in source)
    assert {"hhi", "summary"} <= {measure.address.rpartition(".")[2] for measure in ranked}
    for name in ("index", "commitment-concentration", "method"):
        hhi = [
            measure for measures in chapters[name].values() for measure in measures if measure.address.endswith(".hhi")
        ]
        lines = (REPO / hhi[0].path).read_text().splitlines()
        assert re.match(r"def hhi\(", lines[hhi[0].first_line - 1])
        assert lines[hhi[0].last_line - 1].startswith("    return ")
