"""Text that was written for a terminal, as it reads when all of it has been written."""

import re

from compute_ledger.shared.text import visible

# Colours and movements of the cursor; titles and links that a terminal takes; other commands of one letter.
ESCAPES = re.compile(r"\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b[@-Z\\-_]")
OVERWRITTEN = re.compile(r"^.*\r(?!$)", re.MULTILINE)


def plain(text: str) -> str:
    """`text` without colours, what a progress bar has overwritten, and characters that nobody sees."""
    lines = OVERWRITTEN.sub("", ESCAPES.sub("", text).replace("\r\n", "\n"))
    return visible(lines.replace("\r", ""))
