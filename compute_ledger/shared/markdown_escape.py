"""Texts out of the ledger in Markdown: shown as they are, whatever signs they hold."""

import re

# What `escaped` meets in a sentence, in this order: an escaped mark, bold, a link inside the book, anything else that
# Markdown or HTML would read as markup.
_MARKUP = re.compile(
    r"""(?P<kept> \\[!-/:-@\[-`{-~] | \*\* )
    | \[ (?P<words> (?:\\.|[^\[\]\\])* ) \]\( (?P<place> [\w-]+\.(?:html|ipynb)(?:\#[\w.-]+)? | \#[\w.-]+ ) \)
    | (?P<before> ^\s*\d+ (?=[.)]\s) | ^\s* (?=[#+=-])
        | (?=[\\`*_\[\]<>|$]|&\#?\w+;|~~|!\[|(?<=\\)\() )(?P<mark> . )""",
    re.VERBOSE | re.MULTILINE | re.ASCII,
)


def plain(text: str) -> str:
    """Escape what Markdown would read as markup, for names and notes that come out of data."""
    for mark in "\\`*_[]<>|#$":
        text = text.replace(mark, "\\" + mark)
    text = text.replace("\\\\(", "\\\\\\(")  # behind a backslash it would open a formula
    return " ".join(text.split())


def escaped(sentence: str) -> str:
    """A sentence in Markdown of which nothing works but bold and links inside the book.

    Names out of the data stand in sentences as they are; whatever markup they hold is shown, not followed.
    """
    return _MARKUP.sub(_escaped, sentence)


def _escaped(markup: re.Match[str]) -> str:
    if markup["kept"]:
        return markup["kept"]
    if markup["place"]:
        return f"[{escaped(markup['words'])}]({markup['place']})"
    return f"{markup['before']}\\{markup['mark']}"
