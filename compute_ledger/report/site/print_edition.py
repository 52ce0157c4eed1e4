"""The print edition: all chapters of one edition in one page, `print.html`, which is also what `pdf` prints.

A chapter's blocks for print come from its page's composer (see `PrintProse`): without code and downloads, with ids
and links as they are in one document. They are laid out by the templates of the screen's blocks, with folds open and
one drawing a chart. Sources that one chapter lists in full are not listed again by the others: links lead to that list.
"""

import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from compute_ledger.report.book import templates
from compute_ledger.report.book.contents import Contents, Edition
from compute_ledger.report.book.layout import PRINT, PRINTED_GLOSSARY
from compute_ledger.report.notebooks.output_contract import Block
from compute_ledger.report.pages import blocks, glossary_links
from compute_ledger.report.pages.markdown import PrintProse
from compute_ledger.report.pages.page_context import way_up
from compute_ledger.shared.languages.phrases import phrase

if TYPE_CHECKING:
    import jinja2

    from compute_ledger.report.pages.exporter import Page

TEMPLATES = Path("book/templates/report")
LINK = re.compile(r' href="#([^"]+)"')


def write(folder: Path, contents: Contents, edition: Edition, pages: "Sequence[Page]") -> None:
    """Write print.html of one edition into its folder."""
    template = environment(contents.root).get_template("print.html.j2")
    html = template.render(**document(contents, edition, pages), root=way_up(edition))
    (folder / PRINT).write_text(html.strip() + "\n", encoding="utf-8")


def document(contents: Contents, edition: Edition, pages: "Sequence[Page]") -> dict[str, Any]:
    """What the print edition is made of: `contents`, `edition`, the day `as_of`, `chapters` as of `listed_once`."""
    chapters = [
        {"slug": page.slug, "title": page.title, **(page.printed or part(contents.root, page.print_blocks))}
        for page in pages
    ]
    if contents.glossary:
        chapters.append(_glossary(contents, edition))
    return {
        "contents": contents,
        "subtitle": contents.subtitle and phrase(contents.subtitle),
        "edition": edition,
        "as_of": max((figure["as_of"] for page in pages for figure in page.key_figures), default=""),
        "chapters": listed_once(chapters),
    }


def part(root: Path, printed: Sequence[Block]) -> dict[str, Any]:
    """A chapter's blocks for print, laid out by the templates below `root`, as plain values.

    `pieces` are HTML and, as blocks, lists of sources, of which only the whole document tells whether they are shown;
    `headings` are those of level 2, each with `id` and `text`.
    """
    show = environment(root).get_template("blocks.html.j2").module.show  # type: ignore[attr-defined]
    passages = [passage for block in printed if block["kind"] == "prose" for passage in block["passages"]]
    return {
        "pieces": [block if block["kind"] == "sources" else str(show(block, None)) for block in printed],
        "headings": [
            {"id": passage.heading.id, "text": passage.heading.text}
            for passage in passages
            if passage.heading and passage.heading.level == 2
        ],
    }


def listed_once(chapters: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """`chapters` with HTML as Markup, and `listed_in`: the chapter of the longest list, if that has all its sources.

    What led to a list that so gives way leads to the longest.
    """
    lists = {chapter["slug"]: _anchors_of_sources(chapter["pieces"]) for chapter in chapters}
    full = max(chapters, key=lambda chapter: len(lists[chapter["slug"]]))
    full_list = lists.pop(full["slug"])
    within = {slug: anchors for slug, anchors in lists.items() if anchors.keys() <= full_list.keys()}
    moved = {anchor: full_list[source] for anchors in within.values() for source, anchor in anchors.items()}

    def linked(html: str) -> Markup:
        return Markup(LINK.sub(lambda link: f' href="#{moved.get(link[1], link[1])}"', html))

    return [
        {
            **chapter,
            "pieces": [linked(piece) if isinstance(piece, str) else piece for piece in chapter["pieces"]],
            "listed_in": full if chapter["slug"] in within else None,
        }
        for chapter in chapters
    ]


def _anchors_of_sources(pieces: Sequence[str | Block]) -> dict[str, str]:
    """The id in the document of each source that a chapter lists."""
    return {
        source["source_id"]: source["id"]
        for piece in pieces
        if not isinstance(piece, str)
        for source in piece["sources"]
    }


def _glossary(contents: Contents, edition: Edition) -> dict[str, Any]:
    pages = {chapter.notebook.name: f"{chapter.slug}.html" for chapter in contents.chapters}
    folder = f"{edition.path}/" if edition.path else ""
    prose = PrintProse(
        pages, way_up(edition), slug=PRINTED_GLOSSARY, base=contents.base_url and f"{contents.base_url}{folder}"
    )
    words = blocks.prose(glossary_links.markdown(contents.glossary), prose)
    return {"slug": PRINTED_GLOSSARY, "title": phrase("Glossary"), **part(contents.root, [words])}


@cache
def environment(root: Path) -> "jinja2.Environment":
    """The templates below `root`, for paper."""
    environment = templates.environment(root / TEMPLATES)
    environment.globals["paper"] = True
    return environment
