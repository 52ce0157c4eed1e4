"""The stylesheet of every page: the project's own, and the typeface of the charts.

They are one file, so that a page asks for one, without the comments, which are for who changes it. Pages say
`font-src data:` in their policy.
"""

import re
from pathlib import Path

from compute_ledger.shared.typeface import TYPEFACE, faces

STYLESHEET = Path("book/static/report.css")
COMMENT = re.compile(r"/\*.*?\*/\s*", re.DOTALL)


def files(root: Path) -> dict[str, bytes]:
    """The stylesheet for pages of the project at `root`, and the licence of what is in it, by their names.

    OSError when the project has none.
    """
    licence_note = f"/* {TYPEFACE.family}: SIL Open Font License 1.1, see {TYPEFACE.licence.name} */"
    rules = COMMENT.sub("", (root / STYLESHEET).read_text(encoding="utf-8"))
    style = f"{rules}\n{licence_note}\n{faces()}"
    return {STYLESHEET.name: style.encode(), TYPEFACE.licence.name: TYPEFACE.licence.read_bytes()}
