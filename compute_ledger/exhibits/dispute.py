"""What can be disputed: the statements of the chapters, what a careful expert may say, and why they stand.

A statement is the part in bold of a chapter's own finding, made by the same function, so it cannot differ from the
chapter. Objections and answers are words without figures: they hold whatever the ledger says.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from IPython.display import Markdown

from compute_ledger.exhibits import formatting
from compute_ledger.shared import markdown_escape


@dataclass(frozen=True)
class Dispute:
    """A finding of a chapter, what a careful expert may say against it, and why it stands."""

    finding: str
    objection: str
    answer: str


def stated(finding: str) -> str:
    """What a finding states in bold, '' where it has nothing to state."""
    parts = [part.strip() for part in re.findall(r"\*\*(.+?)\*\*", finding, re.DOTALL)]
    return " ".join(formatting.capital(part) + ("" if part.endswith((".", ":")) else ".") for part in parts)


def listed(chapter: str, disputes: Iterable[Dispute]) -> Markdown:
    """Statement, objection and answer, one after another, with a link to the chapter's page."""
    entries = [
        f"> {markdown_escape.escaped(stated(each.finding))}\n\n*Disputed:* {each.objection}\n\n*Why it stands:* {each.answer}"
        for each in disputes
        if stated(each.finding)
    ]
    link = f"The findings stand in [their chapter]({chapter}.html), with all that bears on them."
    return Markdown(
        "\n\n".join([*entries, link]) if entries else "On this day the chapter states nothing that could be disputed."
    )
