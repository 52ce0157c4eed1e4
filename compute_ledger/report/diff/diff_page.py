"""A comparison as a page, with the charts side by side."""

from itertools import groupby
from operator import attrgetter
from typing import Any

from compute_ledger.report.book.contents import Contents
from compute_ledger.report.charts import drawn_key, standalone_pictures, vega_svg
from compute_ledger.report.diff import change_lines
from compute_ledger.report.diff.comparison import Comparison
from compute_ledger.report.diff.differences import ChartChange
from compute_ledger.report.diff.sides import ExhibitSnapshot, Side
from compute_ledger.report.files.results_folder import Folder
from compute_ledger.report.pages import results_page
from compute_ledger.shared.text import slug

PAGE, TEMPLATE = "diff.html", "diff.html.j2"


def write(contents: Contents, comparison: Comparison, folder: Folder) -> None:
    """Write diff.html, its stylesheet and the pictures of the charts that differ."""
    names = comparison.names
    facts = {
        "book": contents.title,
        "title": f"{names[0]} against {names[1]}",
        "a": names[0],
        "b": names[1],
        "summary": comparison.summary,
        "unread": comparison.unread,
        "grounds": comparison.grounds,
        "chapters": [(change.a, change.b) for change in comparison.chapters],
        "figures": [[*change_lines.figure_line(change), change.unit] for change in comparison.figures],
        "tables": [
            {"name": name, "rows": [change_lines.row_line(row, names) for row in rows]}
            for name, rows in groupby(comparison.rows, key=attrgetter("table"))
        ],
        "charts": [_chart(change, comparison, folder) for change in comparison.charts if not change.is_minor],
        "minor": [
            (change.name, change.title, ", ".join(change.facets)) for change in comparison.charts if change.is_minor
        ],
        "texts": [line for change in comparison.texts for line in change_lines.text_lines(change, names)],
    }
    results_page.write(contents.root, TEMPLATE, folder, PAGE, facts)


def _chart(change: ChartChange, comparison: Comparison, folder: Folder) -> dict[str, Any]:
    sides = (("a", comparison.a, change.a), ("b", comparison.b, change.b))
    return {
        "id": change.name,
        "title": change.title,
        "sides": [
            {
                "name": side.name,
                "title": snapshot.title if snapshot else "",
                "svg": _picture(snapshot, side, f"charts/{slug(change.name)}-{letter}.svg", folder) if snapshot else "",
            }
            for letter, side, snapshot in sides
        ],
        "rows": change_lines.cell_lines(change, comparison.names),
    }


def _picture(snapshot: ExhibitSnapshot, side: Side, name: str, folder: Folder) -> str:
    """The chart as a file of its own beside the page (ids of two drawings would clash in one page); its name."""
    if snapshot.spec is None:
        return ""
    picture = side.charts / f"{snapshot.chapter}-{snapshot.id}.svg" if side.charts else None
    if picture and picture.is_file():
        folder.write(name, picture.read_bytes())
    else:
        drawing = vega_svg.draw(snapshot.spec, snapshot.id, snapshot.title, snapshot.description)["wide"]
        key = drawn_key.checked_key({"id": snapshot.id, "key": snapshot.facets.get("key")}, snapshot.chapter)
        alone = standalone_pictures.standalone(
            drawing, snapshot.title, snapshot.subtitle, key, "", "", snapshot.description
        )
        folder.write(name, standalone_pictures.as_file(alone))
    return name
