"""The field's words in plain English: a page of their own, and a link where a page first uses one."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from compute_ledger.report.book import toml_file
from compute_ledger.report.errors import ContentsError
from compute_ledger.shared.text import slug

GLOSSARY = Path("book/glossary.toml")


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
    if not isinstance(aliases, list) or not all(isinstance(alias, str) and alias.strip() for alias in aliases):
        raise ContentsError(f'{GLOSSARY}: aliases of {term!r} must be a list of words, ["…"], not {aliases!r}')
    return Term(str(term).strip(), tuple(alias.strip() for alias in aliases), str(definition).strip())
