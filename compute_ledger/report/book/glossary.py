"""The field's words in plain English: a page of their own, and a link where a page first uses one."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape, unescape
from pathlib import Path
from typing import Any

from compute_ledger.report.book import toml_file
from compute_ledger.report.book.layout import GLOSSARY_PAGE
from compute_ledger.report.errors import ContentsError
from compute_ledger.shared.text import slug

GLOSSARY = Path("book/glossary.toml")
# A term is left alone inside these: what is a link, a name or code already, or a grid of figures.
CLOSED = frozenset({"a", "code", "pre", "table", "h1", "h2", "h3", "h4", "h5", "h6"})
TAG = re.compile(r"(<[^>]*>)")
NAME = re.compile(r"<(/?)([a-z0-9]+)")


@dataclass(frozen=True)
class Term:
    """One word or phrase, the other forms it takes (plural, abbreviation) and what it means, in Markdown."""

    term: str
    aliases: tuple[str, ...]
    definition: str

    @property
    def id(self) -> str:
        """Its anchor in the glossary."""
        return slug(self.term)


def read_glossary(root: Path) -> tuple[Term, ...]:
    """The terms of `root`/book/glossary.toml by alphabet; none without the file. ContentsError names the flaw."""
    path = root / GLOSSARY
    if not path.is_file():
        return ()
    raw = toml_file.toml(path, str(GLOSSARY), ContentsError)
    entries = raw.get("terms")
    if not isinstance(entries, list) or not entries:
        raise ContentsError(f"{GLOSSARY} has no [[terms]]; add one, or remove the file")
    terms = sorted((_term(entry, i) for i, entry in enumerate(entries, 1)), key=lambda term: term.term.casefold())
    seen: dict[str, str] = {}
    for term in terms:
        for form in (term.id, *(form.casefold() for form in (term.term, *term.aliases))):
            if seen.setdefault(form, term.term) != term.term:
                raise ContentsError(f"{GLOSSARY}: {form!r} stands for both {seen[form]!r} and {term.term!r}")
    return tuple(terms)


def _term(entry: Any, number: int) -> Term:
    entry = entry if isinstance(entry, dict) else {}
    term, definition, aliases = entry.get("term"), entry.get("definition"), entry.get("aliases", [])
    for name, value in (("term", term), ("definition", definition)):
        if not isinstance(value, str) or not value.strip():
            raise ContentsError(f'{GLOSSARY}: term {term or number!r} needs {name} = "…", not {value!r}')
    if not isinstance(aliases, list) or not all(isinstance(each, str) and each.strip() for each in aliases):
        raise ContentsError(f'{GLOSSARY}: aliases of {term!r} must be a list of words, ["…"], not {aliases!r}')
    return Term(str(term).strip(), tuple(each.strip() for each in aliases), str(definition).strip())


def markdown(terms: Sequence[Term]) -> str:
    """The glossary as the Markdown of a page."""
    parts = ["# Glossary\n\nWhat the words of this book mean here. Where a page first uses one, it leads to this list."]
    for term in terms:
        also = f"\n\n*Also: {', '.join(term.aliases)}.*" if term.aliases else ""
        parts.append(f"## {term.term[0].upper()}{term.term[1:]}\n\n{term.definition}{also}")
    return "\n\n".join(parts) + "\n"


class FirstUses:
    """Links each term where a page first uses it; one of these for each page."""

    def __init__(self, terms: Sequence[Term], root: str) -> None:
        self.address = f"{root}{GLOSSARY_PAGE}"
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

    def _linked(self, found: re.Match[str]) -> str:
        form = " ".join(unescape(found[0]).split()).casefold()
        term_id = self.ids[form]
        if term_id in self.seen:
            return found[0]
        self.seen.add(term_id)
        return f'<a class="term" href="{self.address}#{term_id}">{found[0]}</a>'


def _pattern(form: str) -> str:
    """`form` as it may stand in HTML; lower-case words also begin a sentence, `HHI` is always `HHI`."""
    words = r"\s+".join(re.escape(escape(word, quote=False)) for word in form.split())
    return (
        words if form != form.lower() else f"[{form[0]}{form[0].upper()}]" + words[1:] if form[0].isalpha() else words
    )
