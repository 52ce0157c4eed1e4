"""The files of tables that stand apart: a page with the whole table, and a script that puts its rows into the page."""

import json
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from compute_ledger.report.book import templates
from compute_ledger.report.notebooks.output_contract import Block
from compute_ledger.report.pages.page_context import PageContext

TEMPLATES = Path("book/templates/report")


def files(page: PageContext) -> dict[str, bytes]:
    """Path below the edition's folder -> content; a page on disk may load scripts alone, so rows are one."""
    made: dict[str, bytes] = {}
    for block in page.blocks:
        if block["kind"] == "explorer" and block.get("apart"):
            made[f"{block['apart']}.html"] = _page(page, block).encode()
            made[f"{block['apart']}.js"] = _script(page, block).encode()
    return made


def _page(page: PageContext, block: Block) -> str:
    sources = next(
        (other for other in page.blocks if other.get("apart") == block["apart"] and other is not block), None
    )
    frame = replace(page.frame, slug=block["apart"], card="", run=None, previous=None, next=None)
    facts = {
        "page": replace(page, frame=frame, headings=(), json_ld=(), title=page.title),
        "title": f"{page.title}: the whole table",
        "home": f"{page.frame.slug}.html",
        "block": block,
        "sources": sources and {**sources, "listed": sources["sources"], "apart": ""},
    }
    return _environment(page.frame.project).get_template("apart.html.j2").render(facts).strip() + "\n"


def _script(page: PageContext, block: Block) -> str:
    module: Any = _environment(page.frame.project).get_template("blocks.html.j2").module
    rows = str(module.grid(block["table"], block["caption"], block["id"]))
    rows = rows.replace('href="#source-', f'href="{block["apart"]}.html#source-')
    return f'document.getElementById("{block["id"]}-rows").outerHTML = {json.dumps(rows, ensure_ascii=False)};\n'


@cache
def _environment(root: Path) -> Any:
    environment = templates.environment(root / TEMPLATES)
    environment.globals["paper"] = False
    return environment
