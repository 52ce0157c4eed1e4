"""book.epub: the print edition of one edition as an EPUB 3, a chapter a file.

Its bytes depend on what is printed alone: its identity is made of title, edition and day, and the moment of its making
is the day of its data.
"""

import re
import uuid
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from compute_ledger.report.book.contents import Contents, Edition
from compute_ledger.report.book.layout import BOOK_EPUB
from compute_ledger.report.site import print_edition
from compute_ledger.report.site.take_along.xhtml import is_well_formed, xhtml
from compute_ledger.shared.zip_files import first_stored

if TYPE_CHECKING:
    from compute_ledger.report.pages.exporter import Page

STYLE = "epub.css"
CONTAINER = """<?xml version="1.0" encoding="utf-8"?>
<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container">
<rootfiles><rootfile full-path="book/package.opf" media-type="application/oebps-package+xml"/></rootfiles>
</container>
"""
PROPERTIES = {"<svg": "svg", "<math": "mathml"}  # of a file, which a reading system has to be told
LINK = re.compile(r' href="#([^"#]+)"')
LEFT_OUT = "<p>Here the book shows what no EPUB can hold.</p>"
UNDATED = "1980-01-01"


def write(folder: Path, contents: Contents, edition: Edition, pages: "Sequence[Page]") -> None:
    """Write book.epub of one edition into its folder."""
    document = print_edition.document(contents, edition, pages)
    day = document["as_of"] or UNDATED
    about = {
        **document,
        "day": day,
        "identity": uuid.uuid5(uuid.NAMESPACE_URL, f"compute-ledger:{contents.title}#{edition.name}#{day}").urn,
    }
    (folder / BOOK_EPUB).write_bytes(_packed(contents.root, about))


def _packed(root: Path, about: Mapping[str, Any]) -> bytes:
    """The files of the EPUB; its kind comes first and is not compressed, so that programs know it by its bytes."""
    templates = print_edition.environment(root)
    chapters = {chapter["slug"]: _chapter(root, chapter) for chapter in about["chapters"]}
    files = {f"book/{slug}.xhtml": text for slug, text in chapters.items()}
    properties = {
        slug: " ".join(name for mark, name in PROPERTIES.items() if mark in text) for slug, text in chapters.items()
    }
    files["book/nav.xhtml"] = xhtml(templates.get_template("epub_nav.xhtml.j2").render(about))
    files["book/package.opf"] = templates.get_template("epub_package.opf.j2").render(about, properties=properties)
    files["META-INF/container.xml"] = CONTAINER
    files[f"book/{STYLE}"] = (root / print_edition.TEMPLATES / STYLE).read_text(encoding="utf-8")
    contents = {name: f"{text.strip()}\n".encode() for name, text in files.items()}
    return first_stored("mimetype", b"application/epub+zip", contents)


def _chapter(root: Path, chapter: Mapping[str, Any]) -> str:
    """The chapter as XHTML, its links led to the files that hold their places; a piece that is no XML is left out."""
    templates = print_edition.environment(root)
    show = templates.get_template("blocks.html.j2").module.printed_piece  # type: ignore[attr-defined]
    pieces = [xhtml(str(show(piece, chapter["listed_in"]))) for piece in chapter["pieces"]]
    whole = "".join(piece if is_well_formed(piece) else LEFT_OUT for piece in pieces)
    body = LINK.sub(lambda link: f' href="{_file(link[1])}#{link[1]}"', whole)
    return templates.get_template("epub_chapter.xhtml.j2").render(chapter=chapter, body=body)


def _file(place: str) -> str:
    """The file of a place: its id begins with the slug of its chapter."""
    return f"{place.partition('--')[0]}.xhtml"
