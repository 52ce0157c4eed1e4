"""Texts that people give: characters in them that nobody sees, names that are nearly right, words as an id."""

import datetime
import re
import unicodedata
from collections.abc import Iterable
from difflib import get_close_matches
from typing import Any

# What nobody sees, and what makes text read as other text or a file unreadable: control characters, line separators,
# marks and overrides of direction, spaces without width, annotations, halves of surrogate pairs, what XML has no place
# for, and tags. Tabs and line ends are ordinary white space; no-break spaces, soft hyphens and what joins letters or
# the parts of an emoji are ordinary typography.
UNSEEN = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb"
    r"\ufffe\uffff\ud800-\udfff\U000e0000-\U000e007f]"
)

ISO_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def iso_day(text: str) -> datetime.date | None:
    """The day that is written as YYYY-MM-DD; None for what is written otherwise, ValueError for no day at all.

    Python's own fromisoformat takes weeks and days without hyphens as well.
    """
    return datetime.date.fromisoformat(text) if ISO_DAY.fullmatch(text) else None


def visible(text: str) -> str:
    """The text without them."""
    return UNSEEN.sub("", text)


def first_unseen(data: Any) -> str:
    """The first of them in a value of JSON, as U+202E; '' when there is none."""
    if isinstance(data, str):
        match = None if data.isprintable() else UNSEEN.search(data)
        return f"U+{ord(match[0]):04X}" if match else ""
    parts = (part for pair in data.items() for part in pair) if isinstance(data, dict) else data
    return next(filter(None, map(first_unseen, parts)), "") if isinstance(data, dict | list) else ""


LONGEST_NAME = 100  # characters that are compared: whoever gives more meant something else


def did_you_mean(name: str, known_names: Iterable[str]) -> str:
    """`; did you mean 'x'?` for the nearest known name, else a list of what there is, ready to append."""
    known_names = list(known_names)
    near = nearest(name, known_names)
    if near is not None:
        return f"; did you mean {near!r}?"
    return f"; there is {', '.join(map(repr, known_names))}" if known_names else ""


def nearest(name: str, known_names: Iterable[str], likeness: float = 0.6) -> str | None:
    """The one of the known names that is most like `name`, upper or lower case; None when none is like it.

    `likeness` is the least ratio of difflib that counts: names that share much by rule want more than others.
    """
    words = {word.lower(): word for word in reversed(list(known_names))}  # of several, the first
    near = get_close_matches(name[:LONGEST_NAME].lower(), words, n=1, cutoff=likeness)
    return words[near[0]] if near else None


def slug(text: str) -> str:
    """The words of `text` as an id: ASCII, lower case, a letter first."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    stem = re.sub(r"[^a-z0-9_]+", "-", plain).strip("-_") or "section"
    return stem if stem[0].isalpha() else f"s-{stem}"
