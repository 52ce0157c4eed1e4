"""The stylesheet of every page: the project's own, and the typeface of the charts.

They are one file, so that a page asks for one. Pages say `font-src data:` in their policy.
"""

from pathlib import Path

from compute_ledger.shared.typeface import TYPEFACE, faces

STYLESHEET = Path("book/static/report.css")


def files(root: Path) -> dict[str, bytes]:
    """The stylesheet for pages of the project at `root`, and the licence of what is in it, by their names.

    OSError when the project has none.
    """
    licence_note = f"/* {TYPEFACE.family}: SIL Open Font License 1.1, see {TYPEFACE.licence.name} */"
    style = f"{(root / STYLESHEET).read_text(encoding='utf-8')}\n{licence_note}\n{faces()}"
    return {STYLESHEET.name: style.encode(), TYPEFACE.licence.name: TYPEFACE.licence.read_bytes()}
