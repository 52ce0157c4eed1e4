"""The index of the full-text search: one script file an edition, which book/static/search.js answers from.

A page on disk may load a script and nothing else, so the index is one; it is read only when the search is first
opened. It holds what a reader can read: headings, text, charts, tables, key figures, terms and sources; no code.
"""

import json
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from compute_ledger.report.book import glossary, layout
from compute_ledger.report.book.contents import Contents, Edition
from compute_ledger.report.book.layout import SEARCH_INDEX
from compute_ledger.report.pages.markdown import Prose

if TYPE_CHECKING:
    from bs4 import Tag

    from compute_ledger.report.pages.exporter import Page

HEADINGS = ("h1", "h2", "h3", "h4")
CODE, ASIDE = ("pre", "script", "style"), ("permalink", "code", "downloads", "take", "cite")
DRAWING = re.compile(r"<svg\b.*?</svg>", re.DOTALL)
# Thousands of rows that a table's own search finds: of them the index needs the words only.
EXPLORER_ROWS = re.compile(r'(<div class="explorer"(?:(?!<tbody>).)*<tbody>)(.*?)(?=</tbody>)', re.DOTALL)
WORD = re.compile(r"\d+(?:[.,:\u2212-]\d+)*|[^\W_]+")


@dataclass
class Entry:
    """One place to find: where it is, what kind it is, what is shown of it and what it is found by besides.

    `kind` is one of the names in search.js; `row` is the position of a table row, for rows without an address.
    """

    anchor: str
    kind: str
    title: str
    text: str = ""
    words: str = ""
    row: int | None = None
    parts: list[str] = field(default_factory=list)

    def listed(self, page: int) -> list[Any]:
        """The entry as search.js takes it apart, without what is empty at its end."""
        text = " ".join([self.text, *self.parts]).strip()
        found: list[Any] = [page, self.anchor, self.kind, self.title, text, self.words, self.row]
        while found[-1] in ("", None):
            found.pop()
        return found


def write(folder: Path, contents: Contents, edition: Edition, pages: "Sequence[Page]") -> None:
    """Write the index of one edition's pages, and of the glossary, into its folder."""
    names = [[f"{page.slug}.html", page.title] for page in pages]
    found = [page_entries(page) if page.entries is None else [Entry(**each) for each in page.entries] for page in pages]
    entries = [(number, entry) for number, of_page in enumerate(found) for entry in of_page]
    if contents.glossary:
        names.append(["../" * len(Path(edition.path).parts) + layout.GLOSSARY_PAGE, "Glossary"])
        entries += [(len(pages), _term(term)) for term in contents.glossary]
    # Chapters share sources; each is listed once, for the last page that lists it.
    last = {entry.anchor: number for number, entry in entries if entry.kind == "source"}
    shown = [each.listed(page) for page, each in entries if each.kind != "source" or last[each.anchor] == page]
    index = {"pages": names, "entries": shown}
    text = json.dumps(index, ensure_ascii=False, separators=(",", ":"))
    (folder / SEARCH_INDEX).write_text(f"window.reportIndex={text};\n", encoding="utf-8")


def page_entries(page: "Page") -> list[Entry]:
    """Everything to find in one page, in reading order."""
    from bs4 import BeautifulSoup

    body = EXPLORER_ROWS.sub(lambda rows: f"{rows[1]}<tr><td>{vocabulary(_bare(rows[2]))}</td></tr>", page.body)
    soup = BeautifulSoup(DRAWING.sub("", body), "html.parser")
    for hidden in [*soup.find_all(CODE), *soup.find_all(class_=ASIDE)]:
        hidden.decompose()
    descriptions = {chart["id"]: chart["description"] for chart in page.charts}
    found: list[Entry] = [Entry("", "", page.title)]
    _gather(soup, found, descriptions)
    return [entry for entry in found if entry.anchor]


def _term(term: glossary.Term) -> Entry:
    meaning = str(Prose({}).blocks(term.definition).striptags())
    return Entry(term.id, "term", term.term, meaning, " ".join(term.aliases))


def vocabulary(text: str, known: str = "") -> str:
    """The words of `text` that `known` lacks, each once, sorted: enough to be found by, nothing to show."""
    return " ".join(sorted(set(_words(text)) - set(_words(known))))


def _words(text: str) -> Iterator[str]:
    """Words as search.js compares them: without case and accents, 1,400 as 1400."""
    plain = "".join(each for each in unicodedata.normalize("NFD", text) if not unicodedata.combining(each))
    return (re.sub(r"(?<=\d),(?=\d)", "", word) for word in WORD.findall(plain.lower()))


def _gather(parent: "Tag", found: list[Entry], descriptions: dict[str, str]) -> None:
    """Add the entries below `parent`; words outside a chart, table or list belong to the heading above them."""
    section = next(entry for entry in reversed(found) if entry.kind == "")
    for node in parent.find_all(True, recursive=False):
        classes = _classes(node)
        if node.name in HEADINGS:
            section = Entry(str(node.get("id") or ""), "", _text(node))
            found.append(section)
        elif node.name == "figure" and node.get("id"):
            found.append(_chart(node, descriptions))
        elif "standing-table" in classes:
            found += _table(node, "explorer" in _classes(parent))
        elif "cards" in classes or "sources" in classes:
            found += [_item(item) for item in node.find_all("li", id=True)]
        elif node.name in ("div", "section", "article", "details"):
            _gather(node, found, descriptions)
            section = next(entry for entry in reversed(found) if entry.kind == "")
        elif node.name in ("ul", "ol"):
            section.parts += [_text(item) for item in node.find_all("li")]
        elif node.name != "summary":
            section.parts.append(_text(node, " " if node.name == "table" else ""))


def _chart(figure: "Tag", descriptions: dict[str, str]) -> Entry:
    table = figure.find("table")
    data = _text(table, " ") if table else ""
    for fold in figure.find_all("details"):
        fold.decompose()
    title = figure.select_one(".exhibit-title")
    shown = _text(title) if title else ""
    words = [_text(part) for part in figure.select(".exhibit-subtitle, .note")]
    text = " ".join([*words[:1], descriptions.get(str(figure["id"]), ""), *words[1:]])
    return Entry(str(figure["id"]), "chart", shown, text, vocabulary(data, f"{shown} {text}"))


def _table(section: "Tag", explorer: bool) -> Iterator[Entry]:
    anchor, caption, note = str(section.get("id") or ""), section.find("caption"), section.select_one(".note")
    title, heads = _text(caption) if caption else "", section.find("thead")
    about = _text(note) if note else ""
    rows = section.select("tbody tr")
    if explorer:
        yield Entry(anchor, "explorer", title, about, " ".join(_text(row) for row in rows))
        return
    yield Entry(anchor, "table", title, about, vocabulary(_text(heads, " ") if heads else "", title))
    for number, row in enumerate(rows):
        # A cell that is a link and nothing else names a place to go to, not a thing to find.
        cells = [_text(cell) for cell in row.find_all(["th", "td"]) if not (cell.a and _text(cell) == _text(cell.a))]
        name, rest = ": ".join(filter(None, cells[:2])), " · ".join(filter(None, cells[2:]))
        if row.get("id"):
            yield Entry(str(row["id"]), "row", name, rest)
        else:
            yield Entry(anchor, "row", name, rest, row=number)


def _item(item: "Tag") -> Entry:
    """A key figure or a source."""
    label, value = item.select_one(".card-label"), item.select_one(".card-value")
    if label and value:
        note = item.select_one(".card-note")
        said = _text(note) if note and note.name == "p" else ""
        return Entry(
            str(item["id"]), "figure", f"{_text(label)}: {_text(value)}", "" if said.startswith("Evidence:") else said
        )
    name, rest = _text(item).partition(". ")[::2]
    return Entry(str(item["id"]), "source", name, rest)


def _classes(node: "Tag") -> list[str]:
    return list(node.get("class") or ())


def _text(node: "Tag", between: str = "") -> str:
    return " ".join(node.get_text(between).split())


def _bare(html: str) -> str:
    """The text of table rows, quickly: there may be thousands."""
    from html import unescape

    return unescape(re.sub(r"<[^>]*>", " ", html))
