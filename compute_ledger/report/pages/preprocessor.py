"""A notebook preprocessor for nbconvert: cells become blocks that the template only has to lay out."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from itertools import groupby
from typing import Any

import nbformat
from markupsafe import Markup, escape
from nbconvert.preprocessors import Preprocessor
from pygments import lex  # type: ignore[import-untyped]
from pygments.lexers import PythonLexer  # type: ignore[import-untyped]
from pygments.token import (  # type: ignore[import-untyped]
    Comment,
    Keyword,
    Number,
    Operator,
    String,
    _TokenType,
)

from compute_ledger.report.book.layout import GLOSSARY_PAGE, PRINTED_GLOSSARY
from compute_ledger.report.errors import NotebookError
from compute_ledger.report.notebooks import output_contract
from compute_ledger.report.notebooks.notebook_file import RAISES, tags
from compute_ledger.report.outputs import display
from compute_ledger.report.pages import blocks
from compute_ledger.report.pages.apart import long_tables
from compute_ledger.report.pages.computation.measure_entries import MeasureEntries
from compute_ledger.report.pages.glossary_links import FirstUses
from compute_ledger.report.pages.json_ld import json_ld, report
from compute_ledger.report.pages.markdown import PrintProse, Prose
from compute_ledger.report.pages.page_context import STANDING, PageContext, PageFrame, references
from compute_ledger.shared import mime_types
from compute_ledger.shared.languages import markdown_lines
from compute_ledger.shared.languages.phrases import phrase, spoken
from compute_ledger.shared.text import did_you_mean

# Tags of a cell, as Jupyter Book has them; the code of every cell is folded, as `hide-input` asks.
CHAPTERS = "chapters"  # of a list of the chapters that gives way to cards, see site/reading/chapter_cards.py
REMOVE_CELL, REMOVE_INPUT, REMOVE_OUTPUT, HIDE_OUTPUT = "remove-cell", "remove-input", "remove-output", "hide-output"
WORDS = ("prose", "plain", "html", "unshown", "cards")  # kinds of block below which no code is folded
PUBLISHED = ("id", "label", "value", "unit", "as_of", "text")
FINDING_LINK = re.compile(r"\]\(#(finding-[\w-]+)\)")
COLOURED: tuple[tuple[_TokenType, str], ...] = (
    (Comment, "c"),
    (Keyword, "k"),
    (Operator.Word, "k"),
    (String, "s"),
    (Number, "m"),
)


class PagePreprocessor(Preprocessor):
    """Gives every cell its blocks, as `cell.metadata["blocks"]`, and the templates their PageContext.

    The PageFrame of the page is expected in `resources["frame"]`; the context is `resources["page"]`.
    """

    def preprocess(
        self, nb: nbformat.NotebookNode, resources: dict[str, Any]
    ) -> tuple[nbformat.NotebookNode, dict[str, Any]]:
        """The notebook with blocks, and resources with the page; NotebookError names the cell."""
        frame: PageFrame = resources["frame"]
        code = [cell.source for cell in nb.cells if cell.cell_type == "code"]
        nb.cells = [cell for cell in nb.cells if REMOVE_CELL not in tags(cell)]
        for cell in nb.cells:
            if REMOVE_OUTPUT in tags(cell) and cell.cell_type == "code":
                cell.outputs = []
        composer = _Composer(nb, frame, code)
        composer.compose()
        page = composer.page()
        if frame.run:
            page = replace(page, references=references(page, frame.run))
            metadata_of_page = json_ld(report(page), frame.book.address, frame.name)
            page = replace(page, json_ld=(*page.json_ld, metadata_of_page))
        resources["page"] = page
        return nb, resources


class _Composer:
    """Walks the cells once; code waits in `pending` for the fold below the next exhibit or section end.

    Of a chapter every block but code and downloads is made twice: for the screen, and for the print edition.
    """

    def __init__(self, nb: nbformat.NotebookNode, frame: PageFrame, code: Sequence[str]) -> None:
        self.cells, self.frame, self.name = nb.cells, frame, frame.name
        self.prose = Prose(frame.pages, frame.root, FirstUses(frame.terms, f"{GLOSSARY_PAGE}#"))
        self.print_prose = _print_prose(frame) if frame.run else None
        self.print_blocks: list[output_contract.Block] = []
        self.pending: list[str] = []
        self.beside_code: list[output_contract.Block] = []  # tables that the pending code made, folded up with it
        self.answered = False  # whether `pending` has shown anything yet
        self.key_figures: list[dict[str, Any]] = []
        self.as_of: list[str] = []
        self.sources: dict[str, dict[str, Any]] = {}
        self.json_ld: list[Markup] = []
        self.provenance: dict[str, str] | None = None
        self.claimed: dict[str, bool] = {}  # by the id of a finding, whether it claims something
        self.problems: list[str] = []
        self._reserve()
        self.measures = MeasureEntries(code, frame.project, frame.sources, self.prose.new_id, frame.method)

    def compose(self) -> None:
        """Give every cell its blocks."""
        for cell in self.cells:
            cell_blocks: list[output_contract.Block] = []
            if cell.cell_type == "markdown" and self._stands(cell):
                before = len(self.prose.headings)
                self._attach(cell.get("attachments", {}))
                words = self._made(partial(blocks.prose, self._translated(cell.source)))
                ends_section = len(self.prose.headings) > before and self.answered
                words["is_chapters"] = CHAPTERS in tags(cell)
                cell_blocks = [*(self._fold() if ends_section else ()), words]
            elif cell.cell_type == "code":
                cell_blocks = self._code_cell(cell)
            cell.metadata["blocks"] = cell_blocks
            self._note(self.prose.problems, self._place(cell))
            self.prose.problems.clear()
        if self.cells:
            self.cells[-1].metadata["blocks"] += self._fold()

    def page(self) -> PageContext:
        """The composed page, but for what refers to it."""
        titles = [heading.text for heading in self.prose.headings if heading.level == 1]
        if len(titles) != 1:
            raise NotebookError(f"{self.name} has {len(titles)} headings of level 1 ('# …'); a page has one")
        page_blocks = [block for cell in self.cells for block in cell.metadata["blocks"]]
        long_tables.divide(page_blocks, self.frame.slug)
        blocks.shorten_lists(page_blocks)
        opening = next((block["html"] for block in page_blocks if block["kind"] == "prose"), "")
        paragraphs = opening.partition("<p>")[2].partition("</p>")[0]
        return PageContext(
            self.frame,
            title=titles[0],
            abstract=str(Markup(paragraphs).striptags()),
            blocks=tuple(page_blocks),
            print_blocks=tuple(self.print_blocks),
            headings=tuple(heading for heading in self.prose.headings if heading.level in (2, 3)),
            key_figures=tuple(self.key_figures),
            leading=next(
                (figure for block in page_blocks if block["kind"] == "cards" for figure in block["figures"]), None
            ),
            provenance=self.provenance,
            as_of=max(self.as_of, default=""),
            json_ld=tuple(self.json_ld),
            problems=tuple(dict.fromkeys(self.problems)),
        )

    def _place(self, cell: nbformat.NotebookNode) -> str:
        return f"{self.name}, cell {cell.id!r}"

    def _note(self, problems: Iterable[str], place: str) -> None:
        self.problems += [f"{place}: {problem}" for problem in problems]

    def _outputs(self) -> Iterator[tuple[str, str, Any, Any]]:
        for cell in self.cells:
            for output in cell.get("outputs", ()):
                kind, data = output_contract.payload(output, self._place(cell), may_raise=RAISES in tags(cell))
                yield self._place(cell), kind, data, output

    def _reserve(self) -> None:
        """Promise their ids to exhibits, tables, cards and sources before headings choose theirs."""
        for place, kind, data, output in self._outputs():
            ids: list[str] = []
            if kind in (mime_types.EXHIBIT, mime_types.TABLE, mime_types.EXPLORER):
                ids = [output_contract.checked_id(data["id"], place), f"{data['id']}-caption"]
                ids += output_contract.row_ids(data, place)
            elif kind == mime_types.MARKDOWN:
                ids = list(filter(None, [output_contract.sentence_id(output, place)]))
            elif kind == mime_types.KEY_FIGURES:
                ids = [f"figure-{figure.get('id')}" for figure in data["figures"]]
            elif kind == mime_types.DESK:
                ids = [blocks.DESK_ANCHOR]
            elif kind == mime_types.FINDING:
                ids = [output_contract.finding_anchor(data["name"], place)]
                self.claimed[ids[0]] = bool(data["claim"])
            elif kind == mime_types.SOURCES:
                self.sources.update({source["source_id"]: source for source in data["sources"]})
                ids = [output_contract.source_anchor(source["source_id"], place) for source in data["sources"]]
            for page_id in ids:
                if page_id in self.prose.ids:
                    raise NotebookError(f"{place}: the id {page_id!r} is used twice in this page; rename one")
                self.prose.ids.add(page_id)
        if self.print_prose:
            self.print_prose.ids |= self.prose.ids

    def _made(self, make: Callable[[Prose], output_contract.Block]) -> output_contract.Block:
        """The block for the screen; that for paper is kept for the print edition."""
        block = make(self.prose)
        if self.print_prose:
            self.print_blocks.append(make(self.print_prose))
        return block

    def _translated(self, source: str) -> str:
        """A text in the language of the page; its headings keep the ids that they have in English."""
        if spoken().is_english:
            return source
        text, headings = markdown_lines.translated(source)
        for prose in filter(None, (self.prose, self.print_prose)):
            prose.named_after.update({Markup(heading).striptags(): english for heading, english in headings.items()})
        return text

    def _attach(self, attachments: dict[str, Any]) -> None:
        """The pictures that the text of a cell may show."""
        for prose in filter(None, (self.prose, self.print_prose)):
            prose.attachments = attachments

    def _stands(self, cell: nbformat.NotebookNode) -> bool:
        """Whether all findings that a text refers to claim something: an objection to nothing is left out."""
        anchors = FINDING_LINK.findall(cell.source)
        for anchor in anchors:
            if anchor not in self.claimed:
                hint = did_you_mean(anchor, self.claimed)
                raise NotebookError(f"{self.name}, cell {cell.id!r}: no cell shows the finding #{anchor}{hint}")
        return all(self.claimed[anchor] for anchor in anchors)

    def _code_cell(self, cell: nbformat.NotebookNode) -> list[output_contract.Block]:
        output_blocks = [self._output(output, cell) for output in cell.outputs]
        blocks = [block for block in output_blocks if block]
        self.answered = self.answered or bool(blocks)
        if REMOVE_INPUT not in tags(cell) and cell.source.strip():
            self.pending.append(cell.source)
        if HIDE_OUTPUT in tags(cell):
            self.beside_code += [block for block in blocks if _is_beside_code(block, cell)]
            blocks = [{**block, "is_folded": True} for block in blocks if not _is_beside_code(block, cell)]
        if all(block["kind"] in WORDS for block in blocks):
            return blocks
        standing = [block for block in blocks if block["kind"] in STANDING and not block.get("is_folded")]
        if standing:
            standing[-1]["computation"] = next(iter(self._fold()), None)
        return [*blocks, *self._fold()]

    def _output(self, output: nbformat.NotebookNode, cell: nbformat.NotebookNode) -> output_contract.Block | None:
        """The block to show, or None for what goes elsewhere in the page."""
        place = self._place(cell)
        kind, data = output_contract.payload(output, place, may_raise=RAISES in tags(cell))
        if kind == output_contract.FOREIGN:
            return self._foreign(output, cell)
        if kind == mime_types.PROVENANCE:
            self.provenance = {key: str(data[key]) for key in output_contract.FIELDS[kind]}
            return None
        if kind == mime_types.JSON_LD:
            self.json_ld.append(json_ld(data, self.frame.book.address, place))
            return None
        if kind == mime_types.KEY_FIGURES:
            self.key_figures += [{key: figure[key] for key in PUBLISHED} for figure in data["figures"]]
        if kind == mime_types.DESK:
            return blocks.desk(data, place)
        if kind == mime_types.RECORDS:
            return blocks.records(data, self.prose, place)
        if kind == mime_types.DOWNLOADS:
            return blocks.downloads(data, self.prose, place)
        block = self._made(partial(self._block, kind, data, output, place))
        days = block.get("as_of") or []
        self.as_of += [days] if isinstance(days, str) else days
        return block

    def _foreign(self, output: nbformat.NotebookNode, cell: nbformat.NotebookNode) -> output_contract.Block:
        """What the notebook shows by means of others; a table has the id of its cell, where its CSV is found."""
        block = display.of_output(output)
        if block["kind"] == "frame":
            block["id"] = self.prose.new_id(f"frame-{cell.id}")
            self.prose.tables += 1
            block["label"] = phrase("Table {number}", number=self.prose.tables) + (
                f": {block['caption']}" if block["caption"] else ""
            )
        self._note(filter(None, [block.get("problem")]), self._place(cell))
        if self.print_prose and not _is_beside_code(block, cell):  # the print edition has no code
            self.print_blocks.append(_for_print(block, self.print_prose))
        return block

    def _block(
        self, kind: str, data: Any, output: nbformat.NotebookNode, place: str, prose: Prose
    ) -> output_contract.Block:
        match kind:
            case mime_types.EXHIBIT:
                spec = output["data"].get(mime_types.VEGA_LITE)
                return blocks.exhibit(data, spec, self.sources, prose, place)
            case mime_types.TABLE:
                return blocks.table(data, self.sources, prose, place)
            case mime_types.EXPLORER:
                return blocks.explorer(data, self.sources, prose, place)
            case mime_types.FINDING:
                return blocks.finding(data, prose, place)
            case mime_types.KEY_FIGURES:
                return blocks.cards(data, prose, place)
            case mime_types.SOURCES:
                return blocks.source_list(data, prose, place)
        return blocks.prose(data, prose, output_contract.sentence_id(output, place))

    def _fold(self) -> list[output_contract.Block]:
        sources, self.pending, self.answered = self.pending, [], False
        frames, self.beside_code = self.beside_code, []
        if not sources:
            return []
        called = self.measures.next(sources)
        for measure in called["measures"]:
            measure["signature"] = highlighted(measure["signature"])
        return [{"kind": "code", "html": highlighted("\n\n".join(sources)), "frames": frames, **called}]


def _is_beside_code(block: output_contract.Block, cell: nbformat.NotebookNode) -> bool:
    """Whether it is a table to be folded up with the code of its cell, and not by itself."""
    return block["kind"] == "frame" and HIDE_OUTPUT in tags(cell) and REMOVE_INPUT not in tags(cell)


def _for_print(block: output_contract.Block, prose: PrintProse) -> output_contract.Block:
    """What others show, in the print edition: ids have the chapter's name before them, as all have there."""
    if "id" not in block:
        return block
    prose.ids.add(block["id"])
    return {**block, "id": prose.anchor(block["id"])}


def highlighted(source: str) -> Markup:
    """Python source as HTML with four classes of colour: c(omment), k(eyword), s(tring), m(number)."""
    coloured = groupby(lex(source.rstrip("\n"), PythonLexer(ensurenl=False)), key=lambda pair: _css(pair[0]))
    parts = [(css, escape("".join(text for _, text in pairs))) for css, pairs in coloured]
    return Markup("".join(f'<span class="{css}">{text}</span>' if css else text for css, text in parts))


def _print_prose(frame: PageFrame) -> PrintProse:
    terms = FirstUses(frame.terms, f"#{PRINTED_GLOSSARY}--")
    return PrintProse(frame.pages, frame.root, terms, slug=frame.slug, base=frame.address)


def _css(token: _TokenType) -> str | None:
    return next((name for kind, name in COLOURED if token in kind), None)
