"""Links from words of the text to the glossary, and the glossary's own page."""

import re
from collections.abc import Sequence
from html import escape, unescape

from compute_ledger.report.book.glossary import Term

# A term is left alone inside these: what is a link, a name, code or a formula already, or a grid of figures.
CLOSED = frozenset({"a", "code", "math", "pre", "table", "h1", "h2", "h3", "h4", "h5", "h6"})

TAG = re.compile(r"(<[^>]*>)")

NAME = re.compile(r"<(/?)([a-z0-9]+)")


def markdown(terms: Sequence[Term]) -> str:
    """The glossary as the Markdown of a page."""
    parts = ["# Glossary\n\nWhat the words of this book mean here. Where a page first uses one, it leads to this list."]
    for term in terms:
        also = f"\n\n*Also: {', '.join(term.aliases)}.*" if term.aliases else ""
        parts.append(f"## {term.term[0].upper()}{term.term[1:]}\n\n{term.definition}{also}")
    return "\n\n".join(parts) + "\n"


class FirstUses:
    """Links each term where a page first uses it; one of these for each page. Ids of terms follow on `address`."""

    def __init__(self, terms: Sequence[Term], address: str) -> None:
        self.address = address
        self.ids = {form.casefold(): term.id for term in terms for form in (term.term, *term.aliases)}
        forms = sorted(
            (form for term in terms for form in (term.term, *term.aliases)), key=lambda form: (-len(form), form)
        )
        self.pattern = re.compile(rf"(?<![\w-])(?:{'|'.join(map(_pattern, forms))})(?![\w-])") if forms else None
        self.seen: set[str] = set()

    def link(self, html: str) -> str:
        """`html`, our own and well formed, with links in its text; tags and closed elements stay as they are."""
        if not self.pattern:
            return html
        parts, closed = TAG.split(html), 0
        for i, part in enumerate(parts):
            if i % 2:
                name = NAME.match(part)
                if name and name[2] in CLOSED:
                    closed += -1 if name[1] else 1
            elif not closed:
                parts[i] = self.pattern.sub(self._linked, part)
        return "".join(parts)

    def _linked(self, match: re.Match[str]) -> str:
        form = " ".join(unescape(match[0]).split()).casefold()
        term_id = self.ids[form]
        if term_id in self.seen:
            return match[0]
        self.seen.add(term_id)
        return f'<a class="term" href="{self.address}{term_id}">{match[0]}</a>'


def _pattern(form: str) -> str:
    """`form` as it may stand in HTML; lower-case words also begin a sentence, `HHI` is always `HHI`."""
    words = r"\s+".join(re.escape(escape(word, quote=False)) for word in form.split())
    return (
        words if form != form.lower() else f"[{form[0]}{form[0].upper()}]" + words[1:] if form[0].isalpha() else words
    )
