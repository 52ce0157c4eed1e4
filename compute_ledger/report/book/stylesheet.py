"""The stylesheet of every page: the project's own, the typefaces of charts and text, and dark colours of charts.

They are one file, so that a page asks for one, without comments and idle spaces, which are for who changes it. Pages
say `font-src data:` in their policy.
"""

import re
from pathlib import Path

from compute_ledger.shared.chart_look import dark_rules
from compute_ledger.shared.typeface import TEXT_FACE, TYPEFACE, page_faces, page_names

STYLESHEET = Path("book/static/report.css")
OF_DESKS = Path("book/static/desk/desk.css")
COMMENT = re.compile(r"/\*.*?\*/\s*", re.DOTALL)
IDLE_SPACE = re.compile(r"\s*([{};])\s*|(?<=[\w-]:) (?=[^{}]*[;}])")


def compact(rules: str) -> str:
    """Rules of CSS without comments and the spaces around braces, semicolons and colons of declarations."""
    return IDLE_SPACE.sub(r"\1", COMMENT.sub("", rules)).replace(";}", "}")


def files(root: Path) -> dict[str, bytes]:
    """The stylesheet for pages of the project at `root`, and the licences of what is in it, by their names.

    Names of typefaces and colours come first, so that a project may put others in their place. OSError when it has no
    stylesheet.
    """
    carried = (TYPEFACE, TEXT_FACE)
    notes = [f"/* {face.family}: SIL Open Font License 1.1, see {face.licence.name} */" for face in carried]
    sheets = [path for path in (root / STYLESHEET, root / OF_DESKS) if path == root / STYLESHEET or path.is_file()]
    rules = compact("\n".join(sheet.read_text(encoding="utf-8") for sheet in sheets))
    parts = [page_names(), dark_rules(), rules, *notes, page_faces()]
    return {STYLESHEET.name: "\n".join(parts).encode()} | {
        face.licence.name: face.licence.read_bytes() for face in carried
    }
