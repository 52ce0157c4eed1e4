"""What the templates get as `page`: what the page says, and the frame around it."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from markupsafe import Markup, escape

from compute_ledger.report.book import layout
from compute_ledger.report.book.contents import Contents, Edition
from compute_ledger.report.book.glossary import Term
from compute_ledger.report.book.published_sources import PublishedSources
from compute_ledger.report.notebooks.notebook_file import RECORD
from compute_ledger.report.notebooks.output_contract import Block
from compute_ledger.report.pages import citations
from compute_ledger.report.pages.markdown import Heading
from compute_ledger.shared.languages.catalogues import ENGLISH, language_name
from compute_ledger.shared.languages.phrases import phrase

STANDING = ("exhibit", "table", "explorer")
WORDS_A_MINUTE = 230


@dataclass(frozen=True)
class PageJob:
    """One page to render: chapter `slug` of `edition`, from the executed `notebook`.

    `editions` are those that the finished book will have, for the switch between them; `codebook` says
    whether it will have a codebook, to link it.
    """

    contents: Contents
    edition: Edition
    editions: tuple[Edition, ...]
    slug: str
    notebook: Path
    changed: bool = False
    codebook: bool = False


@dataclass(frozen=True)
class Link:
    """A way to another page, or to this one, when that is `here`; `language` where that may be another."""

    title: str
    href: str
    here: bool = False
    language: str = ""


@dataclass(frozen=True)
class Book:
    """The book as its pages name it; `licence` has a `name` and a `url`, `address` is empty or ends in a slash."""

    title: str
    subtitle: str
    authors: tuple[str, ...]
    version: str
    licence: dict[str, str]
    address: str

    @classmethod
    def of(cls, contents: Contents) -> "Book":
        """The book of these contents."""
        licence = dict(zip(("name", "url"), contents.licence, strict=True))
        subtitle = contents.subtitle and phrase(contents.subtitle)
        return cls(contents.title, subtitle, contents.authors, contents.version, licence, contents.base_url)


@dataclass(frozen=True)
class RunCard:
    """How the page was run: `parameters` with name, value, default, help and `changed`; `versions` by package."""

    edition: str
    unpublished: bool
    parameters: list[dict[str, Any]]
    versions: dict[str, str]


@dataclass(frozen=True)
class PageFrame:
    """What stands around the text of a page, known before it is read; links are relative to the page.

    `name` is what messages call it, `pages` the page of each notebook by its file name. `root` leads to the book's
    root, `path` from there to the page's folder. `edition` is its label, `editions` lead to this page in each.
    `address` is that of the folder, `card` the path of the picture for other sites; both are empty where
    the book has no address. A page that no notebook made has no `run`. `project` is
    the folder in which the modules are looked for that its cells import, `sources` says where these are published,
    `method` is the page that lists all formulas, if one does. `languages` lead to this page in each language that has
    it, `scripts` to the folder of the scripts in its own, `english` to the folder of what only English has.
    """

    name: str
    slug: str
    book: Book
    pages: dict[str, str]
    chapters: list[Link]
    root: str
    path: str
    edition: str
    editions: list[Link]
    codebook: bool
    appendix: list[Link]
    terms: tuple[Term, ...]
    address: str = ""
    card: str = ""
    previous: Link | None = None
    next: Link | None = None
    run: RunCard | None = None
    project: Path = Path()
    sources: PublishedSources = field(default_factory=PublishedSources)
    method: str = ""
    languages: list[Link] = field(default_factory=list)
    scripts: str = ""
    english: str = ""

    @property
    def is_index(self) -> bool:
        """Whether the book, or its edition, opens with this page."""
        return self.slug == "index"


@dataclass(frozen=True)
class PageContext:
    """A page whose cells are composed: its `frame`, and what the templates and the files beside it need of the text.

    `blocks` are those of all cells in their order, `print_blocks` those of a chapter for the print edition. `headings`
    are those of levels 2 and 3, `leading` is the first figure on a card, `as_of` the newest day that any output is as
    of. `references` are as the function of that name has them.
    `problems` name cell and reason of what could not be shown as it was meant.
    """

    frame: PageFrame
    title: str
    abstract: str
    blocks: tuple[Block, ...]
    print_blocks: tuple[Block, ...]
    headings: tuple[Heading, ...]
    key_figures: tuple[dict[str, Any], ...]
    leading: dict[str, Any] | None
    provenance: dict[str, str] | None
    as_of: str
    json_ld: tuple[Markup, ...]
    references: Mapping[str, citations.Reference] = field(default_factory=dict)
    problems: tuple[str, ...] = ()

    @property
    def frames(self) -> tuple[Block, ...]:
        """The blocks of tables that are no exhibits, as pandas shows them."""
        computations = [block if block["kind"] == "code" else block.get("computation") for block in self.blocks]
        folded = [frame for computation in filter(None, computations) for frame in computation["frames"]]
        return (*(block for block in self.blocks if block["kind"] == "frame"), *folded)

    @property
    def minutes(self) -> int:
        """How long its text and what is said of its charts take to read, at least one minute."""
        spoken = [block["html"] for block in self.blocks if block["kind"] == "prose"]
        for block in self.standing:
            spoken += [Markup(escape(f"{block.get('title') or ''} {block.get('subtitle') or ''} ")), block["note"]]
        words = sum(len(text.striptags().split()) for text in spoken)
        return max(1, math.ceil(words / WORDS_A_MINUTE))

    @property
    def standing(self) -> tuple[Block, ...]:
        """The blocks of charts and tables."""
        return tuple(block for block in self.blocks if block["kind"] in STANDING)


def way_up(edition: Edition) -> str:
    return "../" * len([part for part in edition.path.split("/") if part])


def chapter_frame(job: PageJob, metadata: Any) -> PageFrame:
    """The frame of a chapter that was run; `metadata` are those of its executed notebook."""
    contents, chapters = job.contents, job.contents.chapters
    position = next(number for number, chapter in enumerate(chapters) if chapter.slug == job.slug)
    up, folder = way_up(job.edition), _folder(job.edition)
    pages = _pages(contents, job.edition)
    links = [
        Link(phrase(chapter.title), pages[chapter.notebook.name], number == position)
        for number, chapter in enumerate(chapters)
    ]
    return PageFrame(
        name=chapters[position].notebook.name,
        slug=job.slug,
        book=Book.of(contents),
        pages=pages,
        chapters=links,
        root=up,
        path=folder,
        edition=_label(job.edition, contents),
        editions=_editions(job.editions, job.edition, f"{job.slug}.html"),
        codebook=job.codebook,
        appendix=_appendix(contents, job.codebook, english=way_to_english(job.edition)),
        terms=contents.glossary if job.edition.language == ENGLISH else (),
        address=contents.base_url and f"{contents.base_url}{folder}",
        card=contents.base_url and f"{folder}{layout.CARDS}/{job.slug}.png",
        previous=links[position - 1] if position else None,
        next=links[position + 1] if position + 1 < len(links) else None,
        run=_run_card(job, metadata),
        project=contents.root,
        sources=contents.sources,
        method=contents.method and f"{_way_to(contents.method, job.edition)}{contents.method}.html",
        languages=_languages(job),
        scripts=f"{up}{layout.STATIC}/" + (f"{job.edition.language}/" if job.edition.language != ENGLISH else ""),
        english=way_to_english(job.edition),
    )


def words_frame(
    contents: Contents, edition: Edition, editions: Sequence[Edition], name: str, *, codebook: bool
) -> PageFrame:
    """The frame of the page `name` of `edition`, made of words alone; all `editions` have one of that name."""
    return PageFrame(
        name=f"the page {name}",
        slug=name.removesuffix(".html"),
        book=Book.of(contents),
        pages=_pages(contents, edition),
        chapters=[Link(chapter.title, f"{chapter.slug}.html") for chapter in contents.chapters],
        root=way_up(edition),
        path=_folder(edition),
        edition=edition.label,
        editions=_editions(editions, edition, name),
        codebook=codebook,
        appendix=_appendix(contents, codebook, name),
        terms=() if name == layout.GLOSSARY_PAGE else contents.glossary,
        scripts=f"{way_up(edition)}{layout.STATIC}/",
    )


def record_frame(
    contents: Contents, edition: Edition, editions: Sequence[Edition], path: str, slug: str, *, codebook: bool
) -> PageFrame:
    """The frame of the record at `path`, from the chapter `slug`, where other editions, which may lack it, open.

    Links are as for a page in the edition's own folder.
    """
    frame = words_frame(contents, edition, editions, f"{slug}.html", codebook=codebook)
    address = contents.base_url and f"{contents.base_url}{_folder(edition)}"
    return replace(frame, name=f"the page {path}.html", slug=path, address=address)


def references(page: PageContext, run: RunCard) -> dict[str, citations.Reference]:
    """What a page lets readers cite: itself under "", each chart and table under its id, all data under WHOLE_DATA."""
    frame, slug, book = page.frame, page.frame.slug, page.frame.book
    edition = citations.UNPUBLISHED if run.unpublished else run.edition

    def reference(name: str, kind: str, title: str, url: str, remark: str = "") -> citations.Reference:
        day, version = page.as_of, book.version
        return citations.Reference(name, kind, title, book.title, book.authors, edition, version, day, url, remark)

    address = f"{frame.address}{slug}.html" if frame.address else ""
    if frame.is_index:
        citable = {"": reference(slug, citations.BOOK, book.title, frame.address)}
    else:
        citable = {"": reference(slug, citations.CHAPTER, page.title, address)}
    for block in page.standing:
        kind = citations.CHART if block["kind"] == "exhibit" else citations.DATA
        place = address and f"{address}#{block['id']}"
        remark = phrase("no source given") if kind == citations.CHART and not block["sources"] else ""
        citable[block["id"]] = reference(f"{slug}-{block['id']}", kind, block["name"], place, remark)
    if frame.is_index and frame.codebook:
        place = frame.address and f"{frame.address}{layout.CODEBOOK}"
        citable[citations.WHOLE_DATA] = reference(
            "data", citations.DATA, phrase("The data of {book}", book=book.title), place
        )
    return citable


def way_to_english(edition: Edition) -> str:
    """From the folder of an edition to that where all chapters are in English."""
    return "" if edition.language == ENGLISH else way_up(edition)


def _way_to(slug: str, edition: Edition) -> str:
    """From the folder of an edition to that of a chapter which it may have in English only."""
    return way_to_english(edition) if edition.chapters and slug not in edition.chapters else ""


def _label(edition: Edition, contents: Contents) -> str:
    return edition.label if edition.language == ENGLISH else phrase(contents.editions[0].label)


def _pages(contents: Contents, edition: Edition) -> dict[str, str]:
    """The page of each notebook, and of each page that only English has: which both may stand in a link."""
    pages = {each.notebook.name: f"{_way_to(each.slug, edition)}{each.slug}.html" for each in contents.chapters}
    way = way_to_english(edition)
    if way:
        slugs = [each.slug for each in contents.chapters if _way_to(each.slug, edition)]
        names = [*(f"{slug}.html" for slug in slugs), *layout.APPENDIX]
        pages |= {name: way + name for name in names}
    return pages


def _languages(job: PageJob) -> list[Link]:
    """Links to the page in each language that has it; none where there is but one, or in an older edition."""
    versions = [each for each in job.editions if each.name == job.contents.editions[0].name or each.chapters]
    having = [each for each in versions if not each.chapters or job.slug in each.chapters]
    if len(having) < 2 or job.edition not in having:
        return []
    way = way_up(job.edition)
    return [
        Link(
            language_name(each.language, job.contents.root),
            f"{way}{_folder(each)}{job.slug}.html",
            each.name == job.edition.name,
            each.language,
        )
        for each in having
    ]


def _folder(edition: Edition) -> str:
    """The folder of an edition, from the book's root."""
    return f"{edition.path}/" if edition.path else ""


def _editions(editions: Sequence[Edition], edition: Edition, name: str) -> list[Link]:
    """Links from `edition` to the page `name` of each in its language."""
    return [
        Link(other.label, f"{way_up(edition)}{_folder(other)}{name}", other.name == edition.name)
        for other in editions
        if other.language == edition.language
    ]


def _appendix(contents: Contents, codebook: bool, page_name: str = "", english: str = "") -> list[Link]:
    """Links to the pages that no notebook makes."""
    titles_and_names = [(phrase("Codebook"), layout.CODEBOOK)] if codebook else []
    titles_and_names += [(phrase("Glossary"), layout.GLOSSARY_PAGE)] if contents.glossary else []
    titles_and_names += [(phrase("Download"), layout.DOWNLOADS_PAGE)]
    if english:
        titles_and_names = [(phrase("{chapter} (in English)", chapter=title), name) for title, name in titles_and_names]
    return [Link(title, english + name, name == page_name) for title, name in titles_and_names]


def _run_card(job: PageJob, metadata: Any) -> RunCard:
    """Edition, parameters (the changed ones marked) and versions, as the run recorded them."""
    record = metadata.get(RECORD, {})
    language = metadata.get("language_info", {})
    parameters = [
        {**parameter, "changed": parameter["value"] != parameter["default"]}
        for parameter in record.get("parameters", [])
    ]
    versions = {"Python": language.get("version", "?"), **record.get("versions", {})}
    return RunCard(_label(job.edition, job.contents), job.changed, parameters, versions)
