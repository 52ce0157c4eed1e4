"""One executed notebook to one HTML page, by nbconvert and the template in book/templates/report."""

import functools
import json
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from importlib.metadata import distribution
from pathlib import Path
from typing import Any

import jinja2
from nbconvert.exporters import TemplateExporter
from nbformat.v4 import new_markdown_cell, new_notebook
from traitlets import default
from traitlets.config import Config

from compute_ledger.report.book import templates
from compute_ledger.report.book.contents import Contents, Edition
from compute_ledger.report.charts import plain_chart
from compute_ledger.report.errors import RenderError
from compute_ledger.report.notebooks.notebook_file import read_notebook
from compute_ledger.report.notebooks.output_contract import Block
from compute_ledger.report.pages import page_files
from compute_ledger.report.pages.page_context import PageContext, PageFrame, PageJob, chapter_frame, words_frame
from compute_ledger.report.pages.preprocessor import PagePreprocessor

TEMPLATES = Path("book/templates")
BASE_TEMPLATE = "nbconvert/templates/base/null.j2"  # which nbconvert puts below share/jupyter


@dataclass(frozen=True)
class Page:
    """A rendered page and what else the notebook handed over.

    `blocks` are what the page was made of, with so many `charts`, `print_blocks` the same for the print edition.
    `files` are those that lie beside the page: path below the edition's folder -> content. `entries` (see
    site/search_index.py), `printed` (see site/print_edition.py), `answer` and `previews` (see site/reading/) are made
    where they are wanted, unless given; `records` and `rests` (see records/record_blocks.py) only where pages of
    records are.
    `problems` name the cells whose output is not shown as it was meant.
    """

    slug: str
    edition: str
    html: str
    key_figures: list[dict[str, Any]] = field(default_factory=list)
    title: str = ""
    abstract: str = ""
    charts: int = 0
    blocks: tuple[Block, ...] = ()
    print_blocks: tuple[Block, ...] = ()
    files: dict[str, bytes] = field(default_factory=dict)
    entries: list[dict[str, Any]] | None = None
    printed: dict[str, Any] | None = None
    answer: dict[str, str] | None = None
    previews: dict[str, Any] | None = None
    records: dict[str, Any] | None = None
    rests: dict[str, list[list[str]]] = field(default_factory=dict)
    problems: tuple[str, ...] = ()


class ReportExporter(TemplateExporter):
    """nbconvert's template machinery with autoescape on and nothing that loads from elsewhere."""

    output_mimetype = "text/html"

    @default("file_extension")
    def _html(self) -> str:
        return ".html"

    def get_prefix_root_dirs(self) -> list[str]:
        """Where nbconvert's own templates lie, in whatever way it was installed; none that are in somebody's home."""
        template_files = [
            str(file.locate()) for file in distribution("nbconvert").files or () if file.match(BASE_TEMPLATE)
        ]
        folders = [path.removesuffix(BASE_TEMPLATE) for path in template_files if os.path.isfile(path)]
        return folders or list(super().get_prefix_root_dirs())

    def _create_environment(self) -> jinja2.Environment:
        environment = templates.strict(super()._create_environment())
        environment.globals["paper"] = False
        return environment


def render_page(job: PageJob) -> Page:
    """Render one page in this process; NotebookError or RenderError names notebook and cell."""
    notebook = read_notebook(job.notebook)
    frame = chapter_frame(job, notebook.metadata)
    problems = plain_chart.admit(notebook, frame.name)
    html, page = _rendered(job.contents, notebook, frame)
    charts = [block for block in page.standing if block["kind"] == "exhibit"]
    return Page(
        slug=job.slug,
        edition=job.edition.name,
        html=html,
        key_figures=list(page.key_figures),
        title=page.title,
        abstract=page.abstract,
        charts=len(charts),
        blocks=page.blocks,
        print_blocks=page.print_blocks,
        files=page_files.files(page, notebook),
        problems=(*problems, *page.problems),
    )


def render_words(
    contents: Contents, edition: Edition, editions: Sequence[Edition], name: str, markdown: str, *, codebook: bool
) -> str:
    """The page `name` of `edition` that is made of Markdown (codebook, glossary, status); all `editions` have one."""
    frame = words_frame(contents, edition, editions, name, codebook=codebook)
    notebook = new_notebook(cells=[new_markdown_cell(markdown, id=frame.slug)])
    return _rendered(contents, notebook, frame)[0]


def _rendered(contents: Contents, notebook: Any, frame: PageFrame) -> tuple[str, PageContext]:
    """The page as HTML, and what the preprocessor made of its cells."""
    try:
        html, resources = report_exporter(str(contents.root / TEMPLATES)).from_notebook_node(notebook, {"frame": frame})
    except jinja2.TemplateError as error:
        where = getattr(error, "filename", None) or "the template"
        raise RenderError(f"{frame.name}: {Path(where).name}: {error.message}") from error
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        raise RenderError(f"{frame.name}: a file in {TEMPLATES} cannot be read: {error}; fix it") from error
    page: PageContext = resources["page"]
    if frame.english:
        html = re.sub(
            rf'(<a\b[^>]*? href="{re.escape(frame.english)}[^"]*\.html[^"]*")(?! hreflang)', r'\1 hreflang="en"', html
        )
    return html.strip() + "\n", page


@functools.cache
def report_exporter(templates: str) -> ReportExporter:
    """One for all pages: it compiles each template once."""
    return ReportExporter(
        config=Config({"ReportExporter": {"preprocessors": [PagePreprocessor]}, "PagePreprocessor": {"enabled": True}}),
        template_name="report",
        extra_template_basedirs=[templates],
    )
