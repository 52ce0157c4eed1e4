"""whats-new.html and whats-new.xml (Atom): what changed in the data, day by day, and why.

The feed names no address but relative ones, and its ids are made of title and day alone, so that it can be followed as
a file wherever it lies: in a book with or without an address, in a clone, or in a repository as a code host serves it.
"""

import uuid
from collections.abc import Sequence
from pathlib import Path
from xml.etree.ElementTree import Element

from compute_ledger.report.book.contents import Contents
from compute_ledger.report.cache.fingerprints import DATA, history_files
from compute_ledger.report.site.feeds import ATOM, tell, xml
from compute_ledger.report.site.take_along import changed_cells
from compute_ledger.report.site.take_along.changed_cells import Cell, Change, Day
from compute_ledger.shared.markdown_escape import plain
from compute_ledger.shared.text import slug

TITLE = "What’s new in the data"
MOST_SHOWN, LONGEST_SHOWN = 3, 60  # cells of a change, characters of a value
MOST_IN_FEED = 12  # reasons of a day
EMPTY = "nothing"


def markdown(days: Sequence[Day], table: str, feed: str) -> str:
    """The page, led to the whole `table` and to the `feed`, both by their addresses."""
    parts = [
        f"# {TITLE}",
        "Values that changed, the newest day first, with the reason. Rows that were added are not listed. "
        f"[The table of all changes, cell by cell]({table}). [The same as a feed for a feed reader]({feed}).",
    ]
    for day in days:
        lines = [f"| {plain(change.table)} | {_what(change)} | {plain(change.reason)} |" for change in day.changes]
        parts += [
            f"## {day.date}",
            f"{_summary(day)}.",
            "\n".join(["| Table | What changed | Why |", "|---|---|---|", *lines]),
        ]
    return "\n\n".join(parts) + "\n"


def _what(change: Change) -> str:
    """Each cell with both values where they are few and short, else how many of which columns."""
    texts = [text for cell in change.cells for text in (cell.old, cell.new)]
    if len(change.cells) <= MOST_SHOWN and max(map(len, texts)) <= LONGEST_SHOWN:
        return "; ".join(f"{plain(_name(cell))}: {plain(_move(cell))}" for cell in change.cells)
    return f"{_counted(len(change.cells), 'cell')} of {plain(', '.join(change.columns))}"


def _name(cell: Cell) -> str:
    return f"{cell.row_id}, {cell.column}"


def _move(cell: Cell) -> str:
    return f"{cell.old or EMPTY} → {cell.new or EMPTY}"


def _counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _summary(day: Day) -> str:
    tables = ", ".join(f"{number:,} in {table}" for table, number in day.tables.items())
    return f"{_counted(day.cells, 'value')} changed: {tables}"


def feed(days: Sequence[Day], contents: Contents, page: str) -> bytes:
    """The feed of the `days`, of which there is one at least; `page` is where it leads, from the feed itself."""
    root = Element("feed", xmlns=ATOM)
    tell(root, "id", _id(contents.title, ""))
    tell(root, "title", f"{contents.title}: {TITLE[0].lower()}{TITLE[1:]}")
    root.append(Element("link", rel="alternate", href=page))
    tell(root, "updated", f"{days[0].date}T00:00:00Z")
    for name in contents.authors or (contents.title,):
        author = Element("author")
        tell(author, "name", name)
        root.append(author)
    for day in days:
        entry = Element("entry")
        tell(entry, "id", _id(contents.title, day.date))
        tell(entry, "title", f"{day.date}: {_counted(day.cells, 'value')} changed")
        place = f"#{slug(day.date)}" if page.endswith(".html") else ""
        entry.append(Element("link", rel="alternate", href=f"{page}{place}"))
        tell(entry, "updated", f"{day.date}T00:00:00Z")
        tell(entry, "content", _told(day))
        root.append(entry)
    return xml(root)


def _id(title: str, day: str) -> str:
    return uuid.uuid5(uuid.NAMESPACE_URL, f"compute-ledger:{title}#{day}").urn


def _told(day: Day) -> str:
    """The day in plain words: single figures that moved before what touched many cells."""
    by_size = sorted(day.changes, key=lambda change: (not _is_figure(change), -len(change.cells)))
    lines = [
        f"{change.table}: {'; '.join(f'{_name(cell)}: {_move(cell)}' for cell in change.cells)}. {change.reason}."
        if _is_figure(change)
        else f"{change.table}: {_counted(len(change.cells), 'cell')} of {', '.join(change.columns)}. {change.reason}."
        for change in by_size[:MOST_IN_FEED]
    ]
    rest = len(by_size) - len(lines)
    return " ".join([f"{_summary(day)}.", *lines, *([f"And {_counted(rest, 'more reason')}."] if rest > 0 else [])])


def _is_figure(change: Change) -> bool:
    """Whether few cells changed, and all of them from one number to another."""
    values = [value for cell in change.cells for value in (cell.old, cell.new)]
    return len(change.cells) <= MOST_SHOWN and all(map(_is_number, values))


def _is_number(text: str) -> bool:
    return text.removeprefix("-").replace(".", "", 1).isdecimal()


def of_project(contents: Contents) -> bytes | None:
    """The feed of a project's own data, to lie at its root; None where they tell nothing of their past."""
    days = changed_cells.days(contents.root / DATA)
    return feed(days, contents, f"{DATA}/{history_table(contents.root / DATA)}") if days else None


def history_table(folder: Path) -> str:
    """The name of the table that tells it, of a package that has such days."""
    return min(history_files(folder))
