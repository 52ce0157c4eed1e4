"""The stylesheet of every page: the project's own, and the typeface of the charts.

They are one file, so that a page asks for one. Pages say `font-src data:` in their policy.
"""

from pathlib import Path

from compute_ledger.shared.typeface import TYPEFACE, faces

STYLESHEET = Path("book/static/report.css")
OF_DESKS = Path("book/static/desk/desk.css")


def files(root: Path) -> dict[str, bytes]:
    """The stylesheet for pages of the project at `root`, and the licence of what is in it, by their names.

    OSError when the project has none.
    """
    licence_note = f"/* {TYPEFACE.family}: SIL Open Font License 1.1, see {TYPEFACE.licence.name} */"
    sheets = [path for path in (root / STYLESHEET, root / OF_DESKS) if path == root / STYLESHEET or path.is_file()]
    style = "\n".join([*(sheet.read_text(encoding="utf-8") for sheet in sheets), licence_note, faces()])
    return {STYLESHEET.name: style.encode(), TYPEFACE.licence.name: TYPEFACE.licence.read_bytes()}
