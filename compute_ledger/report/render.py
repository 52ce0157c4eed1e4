"""One executed notebook to one HTML page, by nbconvert and the template in book/templates/report."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import jinja2
from nbconvert.exporters import TemplateExporter
from traitlets import default
from traitlets.config import Config

from compute_ledger.report.contents import Contents, Edition
from compute_ledger.report.errors import RenderError
from compute_ledger.report.notebooks import RECORD, read_notebook
from compute_ledger.report.page import PagePreprocessor

TEMPLATES = Path("book/templates")


@dataclass(frozen=True)
class PageJob:
    """One page to render: chapter `slug` of `edition`, from the executed `notebook`.

    `editions` are those that the finished book will have, for the switch between them.
    """

    contents: Contents
    edition: Edition
    editions: tuple[Edition, ...]
    slug: str
    notebook: Path
    changed: bool = False


@dataclass(frozen=True)
class Page:
    """A rendered page and what else the notebook handed over."""

    slug: str
    edition: str
    html: str
    key_figures: list[dict[str, Any]] = field(default_factory=list)


class ReportExporter(TemplateExporter):
    """nbconvert's template machinery with autoescape on and nothing that loads from elsewhere."""

    output_mimetype = "text/html"

    @default("file_extension")
    def _html(self) -> str:
        return ".html"

    def _create_environment(self) -> jinja2.Environment:
        environment = super()._create_environment()
        environment.autoescape = True
        environment.undefined = jinja2.StrictUndefined
        environment.trim_blocks = environment.lstrip_blocks = True
        return environment


def render_page(job: PageJob) -> Page:
    """Render one page in this process; NotebookError or RenderError names notebook and cell."""
    notebook = read_notebook(job.notebook)
    chapter = job.contents.chapter(job.slug)
    page = {
        "notebook": chapter.notebook.name,
        "pages": {each.notebook.name: f"{each.slug}.html" for each in job.contents.chapters},
        **_navigation(job),
        "run": _run_card(job, notebook.metadata),
    }
    exporter = ReportExporter(
        config=Config({"ReportExporter": {"preprocessors": [PagePreprocessor]}, "PagePreprocessor": {"enabled": True}}),
        template_name="report",
        extra_template_basedirs=[str(job.contents.root / TEMPLATES)],
    )
    try:
        html, resources = exporter.from_notebook_node(notebook, {"page": page})
    except jinja2.TemplateError as error:
        where = getattr(error, "filename", None) or "the template"
        raise RenderError(f"{chapter.notebook.name}: {Path(where).name}: {error.message}") from error
    return Page(job.slug, job.edition.name, html.strip() + "\n", resources["page"]["key_figures"])


def _navigation(job: PageJob) -> dict[str, Any]:
    """Titles and relative links of everything that a page leads to."""
    chapters = job.contents.chapters
    here = next(i for i, chapter in enumerate(chapters) if chapter.slug == job.slug)
    up = "../" * len([part for part in job.edition.path.split("/") if part])
    links = [{"title": c.title, "href": f"{c.slug}.html", "here": i == here} for i, c in enumerate(chapters)]
    return {
        "book": {
            "title": job.contents.title,
            "subtitle": job.contents.subtitle,
            "authors": list(job.contents.authors),
        },
        "is_index": job.slug == "index",
        "root": up,
        "chapters": links,
        "previous": links[here - 1] if here else None,
        "next": links[here + 1] if here + 1 < len(links) else None,
        "editions": [
            {
                "label": each.label,
                "href": f"{up}{each.path}{'/' if each.path else ''}{job.slug}.html",
                "here": each.name == job.edition.name,
            }
            for each in job.editions
        ],
    }


def _run_card(job: PageJob, metadata: Any) -> dict[str, Any]:
    """Edition, parameters (the changed ones marked) and versions, as the run recorded them."""
    record = metadata.get(RECORD, {})
    language = metadata.get("language_info", {})
    parameters = [{**each, "changed": each["value"] != each["default"]} for each in record.get("parameters", [])]
    return {
        "edition": job.edition.label,
        "unpublished": job.changed,
        "parameters": parameters,
        "versions": {"Python": language.get("version", "?"), **record.get("versions", {})},
    }
