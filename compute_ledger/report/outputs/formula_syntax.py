r"""A plugin for mistune: where Markdown holds a formula, as Jupyter and pandoc read it.

In a line `$x$` and `\\(x\\)`, by itself `$$x$$`, `\\[x\\]` and an environment; with one backslash a bracket is only a
bracket, as everywhere in Markdown. A dollar sign opens a formula only before
something other than a space, and closes it only behind something other than a space and before no digit or letter; so
amounts of money are none, and neither is prose between two of them.
"""

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mistune.block_parser import BlockParser
    from mistune.core import BlockState, InlineState
    from mistune.inline_parser import InlineParser
    from mistune.markdown import Markdown

# No longer than what is set, so that marks which nobody closes cost no more than that each.
INLINE = (
    r"\$\$(?P<dollars>(?:[^$\\]|\\[\s\S]){1,5000}?)\$\$"
    r"|\\\\\[(?P<brackets>(?:[^\\]|\\[\s\S]){1,5000}?)\\\\\]"
    r"|(?<![\w$])\$(?![\s$])(?P<dollar>(?:[^$\\]|\\[\s\S]){0,5000}?[^\s\\$])\$(?![\w$])"
    r"|\\\\\((?P<parentheses>(?:[^\\]|\\[\s\S]){1,5000}?)\\\\\)"
)
BLOCK = (
    r"^ {0,3}\$\$(?P<block_dollars>(?:[^$\\]|\\[\s\S]){1,5000}?)\$\$[ \t]*(?:\n|$)"
    r"|^ {0,3}\\\\\[(?P<block_brackets>(?:[^\\]|\\[\s\S]){1,5000}?)\\\\\][ \t]*(?:\n|$)"
    r"|^ {0,3}(?P<environment>\\begin\{(?P<name>[A-Za-z]+\*?)\}[\s\S]{1,5000}?\\end\{(?P=name)\})[ \t]*(?:\n|$)"
)
BLANK_LINE = re.compile(r"\n[ \t]*\n")
# An amount and words behind it; what a formula says in words stands in braces: \text{of all}.
MONEY = re.compile(r"\d[\d.,]*(?:\s+[A-Za-z]{2,}|\s*(?:bn|tn|[mkMBK])\b)")


def formulas(md: "Markdown") -> None:
    """Let `md` give formulas to its renderer's `inline_math`, `display_math` (in a paragraph), `block_math`."""
    md.inline.register("inline_math", INLINE, _inline, before="escape")
    md.block.register("block_math", BLOCK, _block, before="list")
    for rules in (md.block.block_quote_rules, md.block.list_rules):
        md.block.insert_rule(rules, "block_math", before="list")


def _inline(_: "InlineParser", match: re.Match[str], state: "InlineState") -> int | None:
    display, text = match["dollars"] or match["brackets"], match["dollar"] or match["parentheses"]
    if match["dollar"] and MONEY.match(text):
        return None
    state.append_token({"type": "display_math" if display else "inline_math", "raw": display or text})
    return match.end()


def _block(_: "BlockParser", match: re.Match[str], state: "BlockState") -> int | None:
    text = match["block_dollars"] or match["block_brackets"] or match["environment"]
    if BLANK_LINE.search(text):
        return None
    state.append_token({"type": "block_math", "raw": text})
    return match.end()
