"""What stands around the text of a page: the book's name, navigation, the card of its run."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from compute_ledger.report.book import layout
from compute_ledger.report.book.contents import Contents, Edition
from compute_ledger.report.book.layout import CODEBOOK
from compute_ledger.report.notebooks.notebook_file import RECORD


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


def book_frame(contents: Contents) -> dict[str, Any]:
    return {
        "book": {
            "title": contents.title,
            "subtitle": contents.subtitle,
            "authors": list(contents.authors),
            "version": contents.version,
            "licence": dict(zip(("name", "url"), contents.licence, strict=True)),
            "address": contents.base_url,
        }
    }


def way_up(edition: Edition) -> str:
    return "../" * len([part for part in edition.path.split("/") if part])


def appendix(contents: Contents, root: str, codebook: bool, here: str = "") -> list[dict[str, Any]]:
    """Links to the pages at the book's root that all editions share."""
    named = [("Codebook", CODEBOOK)] if codebook else []
    named += [("Glossary", layout.GLOSSARY_PAGE)] if contents.glossary else []
    return [{"title": title, "href": f"{root}{name}", "here": name == here} for title, name in named]


def navigation(job: PageJob) -> dict[str, Any]:
    """Titles and relative links of everything that a page leads to."""
    chapters = job.contents.chapters
    here = next(i for i, chapter in enumerate(chapters) if chapter.slug == job.slug)
    up, folder = way_up(job.edition), f"{job.edition.path}/" if job.edition.path else ""
    base_url = job.contents.base_url
    links = [{"title": c.title, "href": f"{c.slug}.html", "here": i == here} for i, c in enumerate(chapters)]
    return {
        **book_frame(job.contents),
        "slug": job.slug,
        "is_index": job.slug == "index",
        "path": folder,
        "address": base_url and f"{base_url}{folder}",
        "card": base_url and f"{folder}{layout.CARDS}/{job.slug}.png",
        "root": up,
        "home": "index.html",
        "codebook": job.codebook,
        "appendix": appendix(job.contents, up, job.codebook),
        "terms": job.contents.glossary,
        "chapters": links,
        "previous": links[here - 1] if here else None,
        "next": links[here + 1] if here + 1 < len(links) else None,
        "editions": [
            {
                "label": each.label,
                "href": f"{up}{each.path}{'/' if each.path else ''}{job.slug}.html",
                "here": each.name == job.edition.name,
            }
            for each in job.editions
        ],
    }


def run_card(job: PageJob, metadata: Any) -> dict[str, Any]:
    """Edition, parameters (the changed ones marked) and versions, as the run recorded them."""
    record = metadata.get(RECORD, {})
    language = metadata.get("language_info", {})
    parameters = [{**each, "changed": each["value"] != each["default"]} for each in record.get("parameters", [])]
    return {
        "edition": job.edition.label,
        "unpublished": job.changed,
        "parameters": parameters,
        "versions": {"Python": language.get("version", "?"), **record.get("versions", {})},
    }
