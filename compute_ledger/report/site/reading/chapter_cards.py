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
from compute_ledger.report.book.contents import Chapter, Contents, Edition
from compute_ledger.report.charts.miniature import miniature
from compute_ledger.report.notebooks.output_contract import Block
from compute_ledger.report.pages.page_context import way_to_english
from compute_ledger.shared.languages.catalogues import ENGLISH
from compute_ledger.shared.languages.phrases import phrase

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


def with_cards(html: str, contents: Contents, pages: "Sequence[Page]", edition: Edition) -> str:
    """The first page of an `edition` with cards of its other `pages` in the place of its list, if there are any.

    A chapter that another language lacks has its question alone, which leads to the English page.
    """
    by_slug = {page.slug: page for page in pages}
    chapters = [each for each in contents.chapters if each.slug != "index"]
    cards = [_card(each, by_slug[each.slug]) for each in chapters if each.slug in by_slug]
    if edition.chapters:
        cards = [
            _card(each, by_slug[each.slug]) if each.slug in by_slug else _english_card(each, way_to_english(edition))
            for each in chapters
        ]
    if not cards:
        return html
    module: Any = _environment(contents.root).get_template("chapter_cards.html.j2").module
    return LIST.sub(lambda _: str(module.cards(cards)), html)


def _english_card(chapter: Chapter, way: str) -> dict[str, Any]:
    title, question = phrase(chapter.title), phrase(chapter.question or chapter.title)
    title = phrase("{chapter} (in English)", chapter=title)
    href = f"{way}{chapter.slug}.html"
    return {"href": href, "language": ENGLISH, "title": title, "question": question, "claim": "", "miniature": ""}


def _card(chapter: Chapter, page: "Page") -> dict[str, Any]:
    given = page.answer or answer(page.blocks)
    return {
        "href": f"{page.slug}.html",
        "language": "",
        "title": phrase(chapter.title),
        "question": phrase(chapter.question or chapter.title),
        "claim": Markup(given["claim"]) or page.abstract,
        "miniature": Markup(given["miniature"]),
    }


@cache
def _environment(root: Path) -> "jinja2.Environment":
    return templates.environment(root / TEMPLATES)
