"""What lies beside a page: files of its charts and tables, references, the notebook, what other sites may show."""

import functools
import json
from pathlib import Path
from typing import TYPE_CHECKING

import nbformat

from compute_ledger.report.book import layout, templates
from compute_ledger.report.book.layout import CARDS, NOTEBOOKS
from compute_ledger.report.charts import standalone_pictures
from compute_ledger.report.notebooks.notebook_file import taken_along
from compute_ledger.report.pages import downloads
from compute_ledger.report.pages.apart import apart_files
from compute_ledger.report.pages.page_context import PageContext

if TYPE_CHECKING:
    import jinja2

TEMPLATES = Path("book/templates/report")


def files(page: PageContext, notebook: nbformat.NotebookNode) -> dict[str, bytes]:
    """Path below the edition's folder -> content, for a composed page and the executed `notebook` it came from."""
    contents = downloads.files(page) | _embeds(page) | _desk(page) | apart_files.files(page)
    for reference in page.references.values():
        contents |= reference.files()
    slug, charts = page.frame.slug, [block["id"] for block in page.standing if block["kind"] == "exhibit"]
    pictures = {chart_id: contents[f"{layout.CHARTS}/{slug}-{chart_id}.png"] for chart_id in charts}
    contents[f"{NOTEBOOKS}/{slug}.ipynb"] = taken_along(notebook, pictures)
    if page.frame.card:
        contents[f"{CARDS}/{slug}.png"] = standalone_pictures.png(_card(page), 1)
    return contents


def _embeds(page: PageContext) -> dict[str, bytes]:
    """Each chart as a page of its own, for a frame in a page elsewhere."""
    charts = [block for block in page.standing if block["kind"] == "exhibit"]
    if not charts:
        return {}
    template = _environment(page.frame.project / TEMPLATES).get_template("embed.html.j2")
    return {
        f"{layout.EMBEDS}/{page.frame.slug}-{block['id']}.html": template.render(
            page=page, block=block, source=downloads.best_sources(block, page)
        )
        .strip()
        .encode()
        + b"\n"
        for block in charts
    }


@functools.cache
def _environment(folder: Path) -> "jinja2.Environment":
    return templates.environment(folder)


def _desk(page: PageContext) -> dict[str, bytes]:
    """What the scripts of the page's desk need: itself a script, as a page on disk may load nothing else."""
    held = next((block["held"] for block in page.blocks if block["kind"] == "desk"), None)
    text = json.dumps(held, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return {f"{layout.DESKS}/{page.frame.slug}.js": f"desk.held = {text};\n".encode()} if held else {}


def _card(page: PageContext) -> str:
    """The leading key figure, or else the first chart, under the title."""
    book, figure = page.frame.book, page.leading
    chart = next((block for block in page.standing if block["kind"] == "exhibit"), None)
    above = book.subtitle if page.title == book.title else book.title
    if figure:
        return standalone_pictures.card(above, page.title, figure["label"], figure["text"], "")
    return standalone_pictures.card(
        above, page.title, chart["title"] if chart else page.abstract, "", chart["svg"]["wide"] if chart else ""
    )
