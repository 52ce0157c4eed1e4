"""A text of a notebook in another language: each of its lines is a phrase, what marks a heading or a list is none."""

import re
from collections.abc import Iterator

from compute_ledger.shared.languages.phrases import phrase

MARKED = re.compile(r"(\s*(?:#+ |\d+\. |\* |> )?)(.*)")


def phrases_of(source: str) -> Iterator[str]:
    """The phrases of a text in Markdown, in their order."""
    for line in source.splitlines():
        words = _parts(line)[1]
        if words:
            yield words


def translated(source: str) -> tuple[str, dict[str, str]]:
    """The text in the language that is spoken, and of each of its headings the one in English."""
    lines, headings = [], {}
    for line in source.splitlines():
        mark, words = _parts(line)
        meaning = phrase(words) if words else ""
        lines.append(mark + meaning)
        if mark.startswith("#"):
            headings[meaning] = words
    return "\n".join(lines), headings


def _parts(line: str) -> tuple[str, str]:
    match = MARKED.fullmatch(line)
    return (match[1], match[2].strip()) if match else ("", line)
