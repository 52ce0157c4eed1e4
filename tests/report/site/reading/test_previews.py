"""The script of previews: named rows of tables, with the day of their source, and the terms of the glossary."""

import json

from compute_ledger.report.book.contents import read_contents
from compute_ledger.report.pages.exporter import Page
from compute_ledger.report.site.reading import previews

from ....tiny_project import make_project

ADDRESS = "https://example.org/a"
CLAIMS = {
    "kind": "explorer",
    "preview": [1, 2],
    "table": {
        "columns": [{"label": "Row"}, {"label": "As printed"}, {"label": "Source"}],
        "row_ids": ["deals-a", None, None, "deals-b"],
        "shown": [
            [("a", None), ("$1bn", None), ("Reuters", ADDRESS)],
            [("a", None), ("$2bn", None), ("AP", None)],
            [("a", None), ("$3bn", None), ("AP", None)],
            [("b", None), ("</script>", None), ("FT", None)],
        ],
    },
}
SOURCES = {"kind": "sources", "sources": [{"href": ADDRESS, "published_on": "2025-09-10"}]}


def test_a_named_row_is_shown_with_its_day_and_how_many_follow():
    held = previews.of_rows(({"kind": "prose"}, {**CLAIMS, "preview": []}, CLAIMS, SOURCES))
    assert held == {
        "labels": ["As printed", "Source"],
        "rows": {"deals-a": ["$1bn", "Reuters, 2025-09-10", "2"], "deals-b": ["</script>", "FT", "0"]},
    }


def test_the_script_holds_rows_and_terms(tmp_path):
    root = make_project(tmp_path)
    (root / "book/glossary.toml").write_text(
        '[[terms]]\nterm = "backlog"\naliases = ["RPO"]\ndefinition = "What *is* signed."\n'
    )
    previews.write(tmp_path, read_contents(root), [Page("evidence", "latest", "", blocks=(CLAIMS, SOURCES))])
    text = (tmp_path / "previews.js").read_text(encoding="utf-8")
    held = json.loads(text.removeprefix("window.reportPreviews=").removesuffix(";\n"))
    assert held["terms"] == {"backlog": ["backlog", "What is signed."]}
    assert held["rows"]["deals-a"][0] == "$1bn"
