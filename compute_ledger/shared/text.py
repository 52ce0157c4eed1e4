"""Characters that nobody sees: they make text read as other text, or a file unreadable."""

import re
from typing import Any

# Control characters, marks and overrides of direction, annotations, halves of surrogate pairs, what XML has no
# place for, and tags. Tabs and line ends are ordinary white space.
UNSEEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufff9-\ufffb\ufffe\uffff"
    "\ud800-\udfff\U000e0000-\U000e007f]"
)


def visible(text: str) -> str:
    """The text without them."""
    return UNSEEN.sub("", text)


def first_unseen(data: Any) -> str:
    """The first of them in a value of JSON, as U+202E; '' when there is none."""
    if isinstance(data, str):
        found = None if data.isprintable() else UNSEEN.search(data)
        return f"U+{ord(found[0]):04X}" if found else ""
    parts = (part for pair in data.items() for part in pair) if isinstance(data, dict) else data
    return next(filter(None, map(first_unseen, parts)), "") if isinstance(data, dict | list) else ""
