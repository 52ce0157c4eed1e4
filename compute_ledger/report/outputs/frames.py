"""Tables that pandas and its like show, as tables of ours: read from the HTML or text that the notebook holds.

A notebook holds no more of a frame than pandas put into it: where that cut rows or columns, so does the page, and says
how many there were. With `pd.options.display.html.table_schema = True` it also holds the values themselves, in full
precision and as many rows as `display.max_rows` says; the CSV is then made of these.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from html.parser import HTMLParser
from typing import Any

from markupsafe import Markup, escape

MOST_ROWS = 60  # as pandas by default
LONG_TEXT = 40  # characters; anything shorter stays on one line
MOST_SPAN = 1_000
MOST_PLACES = 2_000_000  # cells of the whole table, those that are joined counted one by one
NUMBER = re.compile(r"[-+]?[$€£]?(?:\d[\d,_]*\.?\d*|\.\d+)(?:[eE][-+]?\d+)?\s?%?|[-+]?inf", re.ASCII)
UNKNOWN = frozenset({"", "NaN", "NaT", "None", "<NA>", "nan", "null"})
# What a CSV gives as a number: no sign, no leading zero of a code, no separator.
PLAIN_NUMBER = re.compile(r"-?(?:0|[1-9]\d*)(\.\d+)?(?:[eE][-+]?\d+)?", re.ASCII)
CUT = frozenset({"...", "…"})
# Below a table that was cut: of pandas, of polars.
SIZE = re.compile(r"([\d,_]+) rows × ([\d,_]+) columns|shape: \(([\d,_]+), ([\d,_]+)\)", re.ASCII)
SERIES_END = re.compile(r"(?:Name: (?P<name>[^,\n]*), )?(?:Length: (?P<length>\d+), )?dtype: \S+", re.ASCII)
GAP = re.compile(r"\s{2,}")


@dataclass(frozen=True)
class Cell:
    """Cleaned HTML and the words in it; it may span several `rows` and `columns`."""

    html: str
    text: str
    heads: bool = False
    rows: int = 1
    columns: int = 1


Rows = Sequence[Sequence[Cell]]
Places = list[list[Cell]]


@dataclass(frozen=True)
class Frame:
    """Rows of heads and rows of cells; `whole_rows` and `whole_columns` tell how many there were before a cut."""

    head: Rows
    body: Rows
    caption: str = ""
    whole_rows: int | None = None
    whole_columns: int | None = None

    @property
    def shown_rows(self) -> int:
        """Rows that a page shows, without those that stand for others."""
        return sum(not _stands_for_others(row) for row in self.body[:MOST_ROWS])

    @property
    def size(self) -> str:
        """How much of it a page shows, in words."""
        stored_rows = sum(not _stands_for_others(row) for row in self.body)
        row_count = max(self.whole_rows or 0, stored_rows)
        rows = f"{self.shown_rows:,} of {row_count:,} rows" if row_count > self.shown_rows else f"{row_count:,} rows"
        shown_columns = sum(cell.columns for cell in self.head[-1] if cell.text not in CUT) if self.head else 0
        cut = any(cell.text in CUT for row in self.head for cell in row)
        columns = (
            f", {shown_columns - self._labels} of {self.whole_columns:,} columns" if cut and self.whole_columns else ""
        )
        return ("1 row" if rows == "1 rows" else rows) + columns

    @property
    def is_cut(self) -> bool:
        """Whether the notebook holds only a part of it."""
        return any(_stands_for_others(row) for row in self.body) or any(
            cell.text in CUT for row in self.head for cell in row
        )

    @property
    def _labels(self) -> int:
        """Columns of labels that rows begin with."""
        return max((sum(cell.heads for cell in row) for row in self.body), default=0)

    def head_html(self) -> Markup:
        """The rows of its head."""
        numbers = _number_columns(self.body[:MOST_ROWS])
        return Markup("\n".join(_row(cells, places, numbers) for cells, places in _placed(self.head)))

    def body_html(self) -> Markup:
        """The rows that a page shows."""
        body = self.body[:MOST_ROWS]
        body = [[replace(cell, rows=min(cell.rows, len(body) - i)) for cell in row] for i, row in enumerate(body)]
        numbers = _number_columns(body)
        return Markup("\n".join(_row(cells, places, numbers) for cells, places in _placed(body)))

    def lines(self) -> list[list[Any]]:
        """All that the notebook holds, a list a row, heads first; what spans several cells is in each."""
        return [[_value(cell.text) for cell in row] for row in _spread(self.head) + _spread(self.body)]

    def words(self) -> str:
        """What it can be found by."""
        rows = [*self.head, *self.body[:MOST_ROWS]]
        return " ".join(cell.text for row in rows for cell in row if not NUMBER.fullmatch(cell.text))


def of_html(cleaned: Markup) -> Frame | None:
    """The one table that `cleaned` HTML is; None when it is more than that, or larger than any page can hold."""
    if cleaned.count("<table>") != 1:
        return None
    reader = _TableReader()
    reader.feed(cleaned)
    reader.close()
    words_beside = " ".join("".join(reader.beside).split())
    size = SIZE.search(words_beside)
    if SIZE.sub("", words_beside).strip() or _places(reader.head + reader.body) > MOST_PLACES:
        return None
    head, body = reader.head, reader.body
    if not head and body and all(cell.heads for cell in body[0]):
        head, body = body[:1], body[1:]
    rows, columns = [int(re.sub(r"\D", "", text)) for text in size.groups() if text] if size else (None, None)
    return Frame(_with_names(head), body, " ".join("".join(reader.caption).split()), rows, columns)


def of_series(text: str) -> Frame | None:
    """The table of a pandas Series, which is shown as text only; None for any other text, and for several levels."""
    *lines, end = text.rstrip("\n").split("\n")
    ended = SERIES_END.fullmatch(end)
    if not ended or not lines:
        return None
    name = ""
    if not GAP.search(lines[0].strip()):
        name, *lines = lines
    split = [["..."] * 2 if line.strip() in ("...", "..") else GAP.split(line.rstrip()) for line in lines]
    if not lines or any(len(cells) != 2 or not cells[0] for cells in split):
        return None
    body = [[_cell(label, heads=True), _cell(value)] for label, value in split]
    length = int(ended["length"]) if ended["length"] else None
    return Frame([[_cell(name, heads=True), _cell(ended["name"] or "", heads=True)]], body, "", length)


def of_data_resource(data: Any) -> list[list[Any]] | None:
    """The rows of a Table Schema (application/vnd.dataresource+json), heads first; None when it is none."""
    try:
        names = [str(column["name"]) for column in data["schema"]["fields"]]
        return [names, *([row.get(name) for name in names] for row in data["data"])]
    except (TypeError, KeyError, AttributeError):
        return None


class _TableReader(HTMLParser):
    """Reads the canonical HTML that the sanitiser writes."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.head: list[list[Cell]] = []
        self.body: list[list[Cell]] = []
        self.caption: list[str] = []
        self.beside: list[str] = []
        self.rows = self.body
        self.parts: list[str] | None = None  # of the open cell
        self.spans: Mapping[str, str | None] = {}
        self.words = self.beside

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "thead":
            self.rows = self.head
        elif tag in ("tbody", "tfoot"):
            self.rows = self.body
        elif tag == "tr":
            self.rows.append([])
        elif tag in ("td", "th"):
            self.parts, self.spans = [], dict(attrs)
        elif tag == "caption":
            self.words = self.caption
        elif self.parts is not None:
            self.parts.append(self.get_starttag_text() or "")

    def handle_endtag(self, tag: str) -> None:
        if tag in ("td", "th") and self.parts is not None:
            html, self.parts = "".join(self.parts).strip(), None
            rows, columns = (max(1, int(self.spans.get(name) or 1)) for name in ("rowspan", "colspan"))
            text = Markup(html).striptags().strip()
            self.rows[-1].append(Cell(html, text, tag == "th", min(rows, MOST_SPAN), min(columns, MOST_SPAN)))
        elif tag == "caption":
            self.words = self.beside
        elif self.parts is not None:
            self.parts.append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        (self.words if self.parts is None else self.parts).append(data)

    def handle_entityref(self, name: str) -> None:
        self.handle_data(f"&{name};")

    def handle_charref(self, name: str) -> None:
        self.handle_data(f"&#{name};")


def _cell(text: str, *, heads: bool = False) -> Cell:
    return Cell(str(escape(text)), text, heads)


def _value(text: str) -> Any:
    """A number, text, or None where nothing is known."""
    if PLAIN_NUMBER.fullmatch(text):
        return int(text) if re.fullmatch(r"-?\d{1,15}", text, re.ASCII) else float(text)
    return None if text in UNKNOWN else text


def _places(rows: Rows) -> int:
    return sum(cell.rows * cell.columns for row in rows for cell in row)


def _with_names(head: Rows) -> Rows:
    """Heads with the names of the index, which pandas puts into a row of their own, in the row above."""
    if len(head) < 2 or len(head[-1]) != len(head[-2]) or any(c.columns > 1 or c.rows > 1 for c in head[-2]):
        return head
    pairs = list(zip(head[-2], head[-1], strict=True))
    if any(above.text and below.text for above, below in pairs):
        return head
    return [*head[:-2], [below if below.text else above for above, below in pairs]]


def _stands_for_others(row: Sequence[Cell]) -> bool:
    return bool(row) and all(cell.text in CUT for cell in row if not cell.heads) and any(c.text in CUT for c in row)


def _placed(rows: Rows) -> list[tuple[Sequence[Cell], list[int]]]:
    """Each row with the column that each of its cells begins in."""
    filled: dict[int, set[int]] = {}
    rows_and_places = []
    for number, row in enumerate(rows):
        taken_columns, column, starts = filled.pop(number, set()), 0, []
        for cell in row:
            while column in taken_columns:
                column += 1
            starts.append(column)
            for below in range(number + 1, number + cell.rows):
                filled.setdefault(below, set()).update(range(column, column + cell.columns))
            column += cell.columns
        rows_and_places.append((row, starts))
    return rows_and_places


def _spread(rows: Rows) -> Places:
    """Each row with a cell in each of its columns."""
    spread: list[dict[int, Cell]] = [{} for _ in rows]
    for number, (row, starts) in enumerate(_placed(rows)):
        for cell, start in zip(row, starts, strict=True):
            for below in spread[number : number + cell.rows]:
                below.update(dict.fromkeys(range(start, start + cell.columns), cell))
    width = max((max(row, default=-1) + 1 for row in spread), default=0)
    return [[row.get(column, _cell("")) for column in range(width)] for row in spread]


def _number_columns(rows: Rows) -> set[int]:
    """Columns that hold numbers, or nothing known, below their heads."""
    numbers: set[int] = set()
    words: set[int] = set()
    for row, starts in _placed(rows):
        for cell, start in zip(row, starts, strict=True):
            if NUMBER.fullmatch(cell.text):
                numbers.add(start)
            elif cell.text not in UNKNOWN | CUT:
                words.add(start)
    return numbers - words


def _row(cells: Sequence[Cell], starts: Sequence[int], numbers: set[int]) -> str:
    return f"<tr>{''.join(_shown(cell, start in numbers) for cell, start in zip(cells, starts, strict=True))}</tr>"


def _shown(cell: Cell, is_number: bool) -> str:
    css = "number" if is_number and cell.columns == 1 else "long" if len(cell.text) > LONG_TEXT else ""
    side = f' class="{css}"' if css else ""
    spans = "".join(
        f' {name}="{count}"' for name, count in (("rowspan", cell.rows), ("colspan", cell.columns)) if count > 1
    )
    text = cell.html
    if cell.text in UNKNOWN:
        text = ""
    elif cell.text in CUT:
        text = "…"
    elif is_number:
        text = text.replace("-", "−") if NUMBER.fullmatch(text) else text
    tag = "th" if cell.heads and text else "td"
    return f"<{tag}{side}{spans}>{text}</{tag}>"
