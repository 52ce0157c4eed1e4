"""The chapters on the first page: each as its question, its answer and its chart in miniature.

The first page is a notebook, which knows no other: in it stands a list of the chapters, in a cell tagged `chapters`.
Once all chapters of an edition are there the list gives way to cards that are made of their blocks, so that an answer
is what its chapter says under the parameters of the build.
"""

import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from compute_ledger.report.book import templates
from compute_ledger.report.book.contents import Contents
from compute_ledger.report.charts.miniature import miniature
from compute_ledger.report.notebooks.output_contract import Block

if TYPE_CHECKING:
    import jinja2

    from compute_ledger.report.pages.exporter import Page

TEMPLATES = Path("book/templates/report")
LIST = re.compile(r"<!-- chapters -->.*?<!-- /chapters -->", re.DOTALL)
MOST_CHARACTERS = 12_000  # of a miniature


def answer(blocks: Sequence[Block]) -> dict[str, str]:
    """What a chapter claims first, as HTML, and its first chart that is small enough in miniature, or ''."""
    claims = (str(block["claim"]) for block in blocks if block.get("claim"))
    charts = (block["svg"] for block in blocks if block["kind"] == "exhibit")
    small = (miniature(str(svg["wide"])) for svg in charts)
    return {
        "claim": next(claims, ""),
        "miniature": next((svg for svg in small if 0 < len(svg) <= MOST_CHARACTERS), ""),
    }


def with_cards(html: str, contents: Contents, pages: "Sequence[Page]") -> str:
    """The first page with cards of the other `pages` in the place of its list; as it is where there are none."""
    cards = [_card(contents, page) for page in pages if page.slug != "index"]
    if not cards:
        return html
    module: Any = _environment(contents.root).get_template("chapter_cards.html.j2").module
    return LIST.sub(lambda _: str(module.cards(cards)), html)


def _card(contents: Contents, page: "Page") -> dict[str, Any]:
    chapter = contents.chapter(page.slug)
    given = page.answer or answer(page.blocks)
    return {
        "href": f"{page.slug}.html",
        "title": chapter.title,
        "question": chapter.question or chapter.title,
        "claim": Markup(given["claim"]) or page.abstract,
        "miniature": Markup(given["miniature"]),
    }


@cache
def _environment(root: Path) -> "jinja2.Environment":
    return templates.environment(root / TEMPLATES)
