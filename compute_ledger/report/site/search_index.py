"""The index of the full-text search: one script file an edition, which book/static/search.js answers from.

A page on disk may load a script and nothing else, so the index is one; it is read only when the search is first
opened. It holds what a reader can read: headings, text, charts, tables, key figures, terms and sources; no code.
"""

import json
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from compute_ledger.report.book import glossary, layout
from compute_ledger.report.book.contents import Contents
from compute_ledger.report.book.layout import SEARCH_INDEX
from compute_ledger.report.notebooks.output_contract import Block
from compute_ledger.report.pages.markdown import Passage, Prose
from compute_ledger.shared.languages.phrases import Words, phrase, spoken

if TYPE_CHECKING:
    from compute_ledger.report.pages.exporter import Page

# A number with its currency or unit, or a word; report.js has the same.
WORD = re.compile(
    r"(?:(us\$|[$€£]|\b(?:usd|eur))\s?)?(\d+(?:[.,:\u2212-]\d+)*)(?:\s?(bn|tn|(?:b|tr|m)illions?|milliards?)\b)?|[^\W_]+"
)
NUMBER = re.compile(r"\d[\d.,\u202f\u00a0]*\d")  # in any language
# What readers look for that is no text of a chapter: title, text, and words to be found by besides.
TOOLS = (
    Words(
        {
            "title": "Download charts, tables and data",
            "text": "CSV, JSON, SVG and PNG of each, a zip of a page, its notebook.",
            "words": "save file picture",
        }
    ),
    Words(
        {
            "title": "Cite this book",
            "text": "As a sentence, in BibTeX, CSL-JSON and RIS; each chart below it.",
            "words": "citation reference quote",
        }
    ),
    Words(
        {
            "title": "Print, or save as PDF",
            "text": "All chapters on one page, laid out for paper.",
            "words": "printer paper",
        }
    ),
)


SHARED = ("source", "chart", "figure")  # kinds of which several pages may have the same
FOLD = "take-along"  # the id of the fold at the end of each page, which has what can be cited and downloaded


@dataclass
class Entry:
    """One place to find: where it is, what kind it is, what is shown of it and what it is found by besides.

    `page` is the file that has it, where that is not the page itself. `kind` is one of the names in search.js; `row`
    is the position of a table row, for rows without an address.
    """

    anchor: str
    kind: str
    title: str
    text: str = ""
    words: str = ""
    row: int | None = None
    parts: list[str] = field(default_factory=list)
    page: str = ""

    def shared(self) -> tuple[str, str]:
        """What tells it from others of its kind, on whatever page it stands; a source may be named later elsewhere."""
        return self.anchor, "" if self.kind == "source" else f"{self.kind} {self.title}"

    def listed(self, page: int) -> list[Any]:
        """The entry as search.js takes it apart, without what is empty at its end."""
        text = " ".join([self.text, *self.parts]).strip()
        fields: list[Any] = [page, self.anchor, self.kind, self.title, text, self.words, self.row]
        while fields[-1] in ("", None):
            fields.pop()
        return fields


def write(folder: Path, contents: Contents, pages: "Sequence[Page]") -> None:
    """Write the index of one edition's pages, and of the glossary, into its folder."""
    names = [[f"{page.slug}.html", page.title] for page in pages]
    entries_of_pages = [
        page_entries(page.blocks) if page.entries is None else [Entry(**entry) for entry in page.entries]
        for page in pages
    ]
    entries = [(number, entry) for number, of_page in enumerate(entries_of_pages) for entry in of_page]
    if contents.glossary:
        names.append([layout.GLOSSARY_PAGE, "Glossary"])
        entries += [(len(pages), _term(term)) for term in contents.glossary]
    entries += [(0, Entry(FOLD, "tool", *words.values())) for words in TOOLS if pages]
    # Chapters share sources, and the first page shows charts of others: each is listed once, for the last page.
    last = {entry.shared(): number for number, entry in entries if entry.kind in SHARED}
    kept = [(page, entry) for page, entry in entries if last.get(entry.shared(), page) == page]
    apart = {entry.page: page for page, entry in kept if entry.page}
    numbers = {file: len(names) + number for number, file in enumerate(apart)}
    names += [[file, names[page][1]] for file, page in apart.items()]
    rows = [entry.listed(numbers.get(entry.page, page)) for page, entry in kept]
    index = {"pages": names, "entries": rows}
    text = json.dumps(index, ensure_ascii=False, separators=(",", ":"))
    (folder / SEARCH_INDEX).write_text(f"window.reportIndex={text};\n", encoding="utf-8")


def page_entries(blocks: Sequence[Block]) -> list[Entry]:
    """Everything to find in one page, in reading order; words belong to the heading above them."""
    entries: list[Entry] = []
    for block in blocks:
        match block["kind"]:
            case "prose":
                _add_passages(block["passages"], entries)
            case "exhibit":
                entries.append(_chart(block))
            case "table":
                entries += _table(block)
            case "explorer":
                entries.append(_explorer(block))
            case "cards":
                entries += map(_figure, block["figures"])
            case "sources":
                entries += _sources(block)
            case "records":
                entries += [_record(record) for record in block["records"] if record["standing"]]
            case "frame":
                entries.append(_frame(block, entries))
            case "html":
                _add_words(block["words"], entries)
    return entries


def _term(term: glossary.Term) -> Entry:
    meaning = str(Prose({}).blocks(term.definition).striptags())
    return Entry(term.id, "term", term.term, meaning, " ".join(term.aliases))


def vocabulary(text: str, known_text: str = "") -> str:
    """The words of `text` that `known_text` lacks, each once, sorted: enough to be found by, nothing to show."""
    return " ".join(sorted(set(_words(text)) - set(_words(known_text))))


def _words(text: str) -> Iterator[str]:
    """Words as search.js compares them: without case and accents, 1,400 as 1400, $300bn as one."""
    language = spoken()
    if not language.is_english:
        text = NUMBER.sub(lambda match: match[0].replace(language.thousands, "").replace(language.decimal, "."), text)
    plain = "".join(
        character for character in unicodedata.normalize("NFD", text) if not unicodedata.combining(character)
    )
    return map(_word, WORD.finditer(plain.lower()))


def _word(match: re.Match[str]) -> str:
    currency, number, unit = match.groups()
    bare = re.sub(r"(?<=\d),(?=\d)", "", number or match[0])
    if not (currency or unit) or not re.fullmatch(r"\d+(?:\.\d+)?", bare):
        return bare
    amount = Decimal(bare) * (1000 if (unit or "").startswith("t") else 1)
    return f"{amount.normalize():f}{'m' if unit in ('million', 'millions') else 'bn'}"


def _add_passages(passages: Sequence[Passage], entries: list[Entry]) -> None:
    """Add the headings of one block of prose, and to the last heading before it the words that precede its own."""
    for passage in passages:
        if passage.heading:
            entries.append(Entry(passage.heading.id, "", passage.heading.text))
        _add_words(" ".join(passage.words), entries)


def _add_words(words: str, entries: list[Entry]) -> None:
    """Add words to the heading that they stand below, if there is one."""
    section = _section(entries)
    if section and words:
        section.parts.append(words)


def _section(entries: list[Entry]) -> Entry | None:
    return next((entry for entry in reversed(entries) if entry.kind == ""), None)


def _frame(block: Block, entries: list[Entry]) -> Entry:
    section = _section(entries)
    title = block["caption"] or phrase("Data below “{title}”", title=section.title if section else phrase("the title"))
    return Entry(block["id"], "table", title, block["size"], vocabulary(block["words"], title))


def _chart(block: Block) -> Entry:
    title = _line(block["title"])
    key = (entry["words"] for entry in block["key"])
    text = _words_of(block["subtitle"], *key, block["description"], block["note"].striptags())
    return Entry(block["id"], "chart", title, text, vocabulary(_heads(block) + _cells(block), f"{title} {text}"))


def _explorer(block: Block) -> Entry:
    """Thousands of rows that the table's own search finds: of them the index needs the words only."""
    return Entry(block["id"], "explorer", block["name"], block["note"].striptags(), vocabulary(_cells(block)))


def _table(block: Block) -> Iterator[Entry]:
    table = block["table"]
    yield Entry(
        block["id"], "table", block["name"], block["note"].striptags(), vocabulary(_heads(block), block["name"])
    )
    for number, (row, row_id) in enumerate(zip(table["shown"], table["row_ids"], strict=True)):
        # A cell that is a link and nothing else names a place to go to, not a thing to find.
        cells = [_line(text) for text, href in row if not href]
        name, rest = ": ".join(filter(None, cells[:2])), " · ".join(filter(None, cells[2:]))
        yield Entry(row_id or block["id"], "row", name, rest, row=None if row_id else number)


def _figure(figure: Block) -> Entry:
    return Entry(
        figure["id"], "figure", f"{_line(figure['label'])}: {_line(figure['text'])}", figure["note"].striptags()
    )


def _sources(block: Block) -> Iterator[Entry]:
    """Those that stand apart from the page are found where they are."""
    listed = {source["id"] for source in block["listed"]}
    for source in block["sources"]:
        if source["id"] in listed:
            yield _source(source)
        elif block.get("apart"):
            yield replace(_source(source), page=f"{block['apart']}.html")


def _record(record: Block) -> Entry:
    """A page of its own; what it says is in the rows and claims besides."""
    kind = record["path"].partition("/")[0].removesuffix("s")
    return Entry("", kind, _line(record["title"]), page=f"{record['path']}.html")


def _source(source: Block) -> Entry:
    later = f"({source['later']})" if source["later"] else ""
    description = _words_of(
        ", ".join(filter(None, (source["publisher"], source["title"], source["published_on"]))), later
    )
    text = _words_of(
        phrase("Grade {grade}.", grade=source["grade"]), source["host"] if source["href"] else source["document"]
    )
    return Entry(source["id"], "source", description, text)


def _heads(block: Block) -> str:
    return "".join(f"{column['label']} {column['unit']}\n" for column in block["table"]["columns"])


def _cells(block: Block) -> str:
    return "\n".join(text for row in block["table"]["shown"] for text, _ in row)


def _words_of(*parts: str | None) -> str:
    return _line(" ".join(filter(None, parts)))


def _line(text: str) -> str:
    return " ".join(text.split())
