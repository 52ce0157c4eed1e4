"""Findings and the objections to them, as a page publishes them."""

import nbformat
import pytest

from compute_ledger.report.book.contents import read_contents
from compute_ledger.report.errors import NotebookError
from compute_ledger.report.pages.exporter import render_page
from compute_ledger.report.pages.page_context import PageJob
from tests.tiny_project import executed, make_project

FINDING = "application/vnd.compute-ledger.finding+json"
OBJECTION = (
    "> **Disputed** [who leads](#finding-leader): Amounts differ.\n>\n> **Why it stands:** They are added as printed."
)


def finding(name="leader", claim="Stratus leads", **changes):
    data = {"name": name, "claim": claim, "text": f"**{claim}.** By far.", "evidence": []}
    return {FINDING: data | changes, "text/markdown": data["text"], "text/plain": data["text"]}


@pytest.fixture
def render(tmp_path):
    """The page of a notebook that shows these findings, and these texts below them."""
    contents = read_contents(make_project(tmp_path / "project"))

    def page_of(*outputs, texts=()):
        notebook = executed(*outputs)
        notebook.cells += [nbformat.v4.new_markdown_cell(text, id=f"text-{i}") for i, text in enumerate(texts)]
        path = tmp_path / "executed.ipynb"
        nbformat.write(notebook, path)
        return render_page(PageJob(contents, contents.editions[0], contents.editions, "chapter", path)).html

    return page_of


def test_a_finding_is_a_place_with_its_evidence(render):
    html = render(finding(evidence=[{"text": "Stratus $40bn", "href": "evidence.html#deals-d1"}]))
    assert '<div class="prose" id="finding-leader"><p><strong>Stratus leads.</strong> By far.</p>' in html
    assert "<summary>Evidence: 1 row</summary>" in html
    assert '<a href="evidence.html#deals-d1">Stratus $40bn</a>' in html


def test_an_objection_stands_where_the_finding_claims_something(render):
    assert "Amounts differ." in render(finding(), texts=[OBJECTION])


def test_an_objection_to_nothing_is_left_out(render):
    html = render(finding(claim="", text="No amount is known."), texts=[OBJECTION, "More text."])
    assert "No amount is known." in html
    assert "Amounts differ." not in html
    assert "More text." in html


def test_an_objection_to_a_finding_that_no_cell_shows_is_an_error(render):
    with pytest.raises(NotebookError, match=r"cell 'text-0'.*#finding-leader; did you mean 'finding-leaders'\?"):
        render(finding(name="leaders"), texts=[OBJECTION])


def test_two_findings_of_one_name_are_an_error(render):
    with pytest.raises(NotebookError, match="'finding-leader' is used twice"):
        render(finding(), finding())


def test_a_name_that_can_be_no_id_is_an_error(render):
    with pytest.raises(NotebookError, match="cannot be an id"):
        render(finding(name='x" onclick="y'))
