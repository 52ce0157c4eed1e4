"""book/contents.toml: the book's title, its chapters in order, and its editions."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any, TypeVar

from compute_ledger.report.book import toml_file
from compute_ledger.report.book.glossary import Term, read_glossary
from compute_ledger.report.book.layout import RESERVED
from compute_ledger.report.book.published_sources import PublishedSources, checked_address
from compute_ledger.report.book.toml_file import refuse_unknown
from compute_ledger.report.errors import ContentsError
from compute_ledger.shared.languages.catalogues import ENGLISH, read_language
from compute_ledger.shared.text import did_you_mean

T = TypeVar("T")
CONTENTS = Path("book/contents.toml")
SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
KEYS = (
    "title",
    "subtitle",
    "authors",
    "base_url",
    "source_url",
    "licence",
    "method",
    "chapters",
    "editions",
    "languages",
)
CHAPTER_KEYS, EDITION_KEYS = ("slug", "notebook", "title", "question"), ("name", "label", "path", "parameters")
LANGUAGE_KEYS = ("code", "chapters")
LANGUAGE, LANGUAGE_CODE = "language", re.compile(r"[a-z]{2,3}")  # the parameter of a chapter that is told of it
# Names that some file systems keep for devices.
DEVICES = frozenset({"con", "prn", "aux", "nul"})


@dataclass(frozen=True)
class Chapter:
    """One page: `<slug>.html`, made from `notebook` (absolute path), `title` for navigation.

    `question` is what it answers, in the words of a reader, for the first page; it may be empty.
    """

    slug: str
    notebook: Path
    title: str
    question: str = ""


@dataclass(frozen=True)
class Edition:
    """A named set of parameters and the folder below the book's root ("" is the root) it is published in.

    One in another `language` than English is the first edition with only the chapters whose slugs are `chapters`.
    """

    name: str
    label: str
    parameters: dict[str, Any]
    path: str
    language: str = ENGLISH
    chapters: tuple[str, ...] = ()


@dataclass(frozen=True)
class Contents:
    """What book/contents.toml says; `root` is the project folder that notebooks run in.

    `base_url` ends in a slash, or is empty for a book without an address. `licence` is that of text and data:
    its name and its address. `method` is the slug of the chapter that lists all formulas, or empty. `version` is that
    of the project, which whoever builds the book has to say, and so is the commit of its `sources`.
    """

    root: Path
    title: str
    subtitle: str
    authors: tuple[str, ...]
    base_url: str
    chapters: tuple[Chapter, ...]
    editions: tuple[Edition, ...]
    licence: tuple[str, str] = ("", "")
    version: str = ""
    sources: PublishedSources = field(default_factory=PublishedSources)
    glossary: tuple[Term, ...] = ()
    method: str = ""
    languages: tuple[Edition, ...] = ()

    @property
    def versions(self) -> tuple[Edition, ...]:
        """All editions, and the first in other languages."""
        return (*self.editions, *self.languages)

    def chapters_of(self, edition: Edition) -> tuple[Chapter, ...]:
        """The chapters that an edition has, in reading order."""
        return tuple(each for each in self.chapters if not edition.chapters or each.slug in edition.chapters)

    def edition(self, name: str) -> Edition:
        """The edition of that name; ContentsError with the near miss when there is none."""
        return _named(name, {edition.name: edition for edition in self.editions}, "edition")

    def chapter(self, slug: str) -> Chapter:
        """The chapter of that slug (or notebook file name); ContentsError with the near miss."""
        slug = PurePosixPath(slug).name.removesuffix(".ipynb")
        return _named(slug, {chapter.slug: chapter for chapter in self.chapters}, "chapter")


def find_root(start: Path) -> Path:
    """The nearest folder at or above `start` that has book/contents.toml; ContentsError if there is none."""
    for folder in (start, *start.parents):
        if (folder / CONTENTS).is_file():
            return folder
    raise ContentsError(f"no {CONTENTS} at or above {start}; run inside the project or give --project DIR")


def read_contents(root: Path) -> Contents:
    """Read and check `root`/book/contents.toml; every flaw is a ContentsError that names its place."""
    raw = toml_file.toml(root / CONTENTS, str(CONTENTS), ContentsError)
    chapters = tuple(_chapter(root, entry, i) for i, entry in enumerate(_entries(raw, "chapters"), 1))
    editions = tuple(_edition(entry, i) for i, entry in enumerate(_entries(raw, "editions"), 1))
    refuse_unknown(raw, KEYS, str(CONTENTS), ContentsError)
    _refuse_doubles("chapter slug", [chapter.slug for chapter in chapters])
    _refuse_doubles("edition name", [edition.name for edition in editions])
    _refuse_doubles("edition path", [edition.path for edition in editions])
    if "index" not in {chapter.slug for chapter in chapters}:
        raise ContentsError(f"{CONTENTS}: no chapter has the slug 'index', the page the book opens with")
    method = _text(raw, "method", "the book", default="")
    if method:
        _named(method, {chapter.slug: chapter for chapter in chapters}, "chapter")
    return Contents(
        root=root,
        title=_text(raw, "title", "the book"),
        subtitle=_text(raw, "subtitle", "the book", default=""),
        authors=_authors(raw.get("authors", [])),
        base_url=_base_url(_text(raw, "base_url", "the book", default="")),
        chapters=chapters,
        editions=editions,
        licence=_licence(raw.get("licence", {})),
        sources=PublishedSources(
            checked_address(_text(raw, "source_url", "the book", default=""), f"{CONTENTS}: source_url")
        ),
        glossary=read_glossary(root),
        method=method,
        languages=tuple(_language(root, entry, chapters) for entry in raw.get("languages", [])),
    )


def _named(name: str, entries: Mapping[str, T], kind: str) -> T:
    if name not in entries:
        raise ContentsError(f"unknown {kind} {name!r} in {CONTENTS}{did_you_mean(name, entries)}")
    return entries[name]


def _entries(raw: dict[str, Any], key: str) -> list[dict[str, Any]]:
    entries = raw.get(key)
    if not isinstance(entries, list) or not entries or not all(isinstance(entry, dict) for entry in entries):
        raise ContentsError(f"{CONTENTS} has no [[{key}]]; add at least one")
    return entries


def _text(entry: dict[str, Any], key: str, place: str, default: str | None = None) -> str:
    value = entry.get(key, default)
    if not isinstance(value, str) or (default is None and not value.strip()):
        raise ContentsError(f'{CONTENTS}: {place} needs {key} = "…", not {value!r}')
    return value


def _chapter(root: Path, entry: dict[str, Any], number: int) -> Chapter:
    refuse_unknown(entry, CHAPTER_KEYS, f"{CONTENTS}: chapter {number}", ContentsError)
    slug = _text(entry, "slug", f"chapter {number}")
    if not SLUG.fullmatch(slug) or slug in RESERVED | DEVICES:
        raise ContentsError(
            f"{CONTENTS}: chapter slug {slug!r} cannot be a page's name; "
            f"use lower-case words joined by hyphens, none of {', '.join(sorted(RESERVED | DEVICES))}"
        )
    name = _text(entry, "notebook", f"chapter {slug!r}")
    notebook = (root / name).resolve()
    if not notebook.is_relative_to(root.resolve()):
        raise ContentsError(f"{CONTENTS}: notebook {name!r} of chapter {slug!r} lies outside the project")
    if not notebook.is_file():
        notebooks = [str(path.relative_to(root)) for path in sorted((root / name).parent.glob("*.ipynb"))]
        hint = did_you_mean(name, notebooks)
        raise ContentsError(f"{CONTENTS}: no notebook {name!r} for chapter {slug!r}{hint}")
    title, question = (
        _text(entry, key, f"chapter {slug!r}", default) for key, default in (("title", None), ("question", ""))
    )
    return Chapter(slug, notebook, title, question)


def _edition(entry: dict[str, Any], number: int) -> Edition:
    refuse_unknown(entry, EDITION_KEYS, f"{CONTENTS}: edition {number}", ContentsError)
    name = _text(entry, "name", f"edition {number}")
    path = _text(entry, "path", f"edition {name!r}", default="")
    parts = PurePosixPath(path).parts
    if path and (len(parts) != 2 or parts[0] != "editions" or not SLUG.fullmatch(parts[1])):
        raise ContentsError(
            f'{CONTENTS}: path {path!r} of edition {name!r} must be "" (the root) or "editions/<name>", '
            "lower-case words joined by hyphens"
        )
    parameters = entry.get("parameters", {})
    if not isinstance(parameters, dict):
        raise ContentsError(f"{CONTENTS}: parameters of edition {name!r} must be a table, not {parameters!r}")
    return Edition(name, _text(entry, "label", f"edition {name!r}", default=name), parameters, path)


def _language(root: Path, entry: Any, chapters: Sequence[Chapter]) -> Edition:
    """The first edition in another language: beside it, in the folder of its code, with the chapters that are in it."""
    if not isinstance(entry, dict):
        raise ContentsError(f'{CONTENTS}: write each of the languages as [[languages]] with code = "…", not {entry!r}')
    refuse_unknown(entry, LANGUAGE_KEYS, f"{CONTENTS}: languages", ContentsError)
    code, slugs = _text(entry, "code", "a language"), entry.get("chapters", [])
    if not LANGUAGE_CODE.fullmatch(code):
        raise ContentsError(f"{CONTENTS}: code {code!r} of a language must be two or three lower-case letters")
    if not isinstance(slugs, list) or "index" not in slugs:
        raise ContentsError(f"{CONTENTS}: the chapters of language {code!r} must be a list of slugs with 'index' in it")
    for slug in slugs:
        _named(slug, {chapter.slug: chapter for chapter in chapters}, "chapter")
    try:
        name = read_language(code, root).name
    except ValueError as error:
        raise ContentsError(f"{CONTENTS}: {error}") from error
    return Edition(code, name, {LANGUAGE: code}, code, code, tuple(slugs))


def _authors(names: Any) -> tuple[str, ...]:
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise ContentsError(f'{CONTENTS}: authors must be a list of names, ["…"], not {names!r}')
    return tuple(names)


def _base_url(url: str) -> str:
    return _address(url, "base_url").rstrip("/") + "/" if url else ""


def _licence(entry: Any) -> tuple[str, str]:
    if not entry:
        return "", ""
    if not isinstance(entry, dict):
        raise ContentsError(f'{CONTENTS}: licence must be {{ name = "…", url = "…" }}, not {entry!r}')
    return _text(entry, "name", "the licence"), _address(_text(entry, "url", "the licence"), "url of the licence")


def _address(url: str, place: str) -> str:
    if not re.fullmatch(r"https?://[^\s\"'<>?#{}\\]+", url):
        raise ContentsError(f"{CONTENTS}: {place} {url!r} is not an http(s) address")
    return url


def _refuse_doubles(kind: str, names: Sequence[str]) -> None:
    for name, times in Counter(names).items():
        if times > 1:
            raise ContentsError(f"{CONTENTS}: {kind} {name!r} is used twice")
