"""sitemap.xml and feed.xml (Atom) at the root of a book that has an address.

An entry of the feed is an edition as of a day: newer data make a new entry, which says how the key figures moved
against the edition before it. Its time is the day of its data; no clock is asked.
"""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote
from xml.etree import ElementTree

from compute_ledger.report.book.contents import Contents, Edition
from compute_ledger.report.book.layout import EMBEDS, FEED, SITEMAP, UNLISTED
from compute_ledger.shared.text import visible

SITEMAP_NAMES, ATOM = "http://www.sitemaps.org/schemas/sitemap/0.9", "http://www.w3.org/2005/Atom"
Figures = dict[str, dict[str, Any]]


def write(book: Path, contents: Contents, editions: Sequence[Edition], key_figures: str) -> None:
    """Write both for the pages and `editions` that are in `book`; nothing for a book without an address.

    `key_figures` is the name of the file in each edition's folder that lists its key figures.
    """
    if contents.base_url:
        (book / SITEMAP).write_bytes(_sitemap(book, contents.base_url))
        dated_figures = [(edition, _figures(book / edition.path / key_figures)) for edition in editions]
        (book / FEED).write_bytes(_feed(contents, dated_figures))


def _sitemap(book: Path, base_url: str) -> bytes:
    """Every page by its address. No days of change: the only day known is that of the data."""
    root = ElementTree.Element("urlset", xmlns=SITEMAP_NAMES)
    for path in sorted(book.rglob("*.html")):
        name = path.relative_to(book).as_posix()
        if path.name not in UNLISTED and path.parent.name != EMBEDS:
            page = ElementTree.SubElement(root, "url")
            ElementTree.SubElement(page, "loc").text = base_url + quote(name.removesuffix("index.html"))
    return xml(root)


def _feed(contents: Contents, dated_figures: list[tuple[Edition, Figures]]) -> bytes:
    newest_first = sorted(dated_figures, key=lambda pair: (_day(pair[1]), pair[0].name), reverse=True)
    feed = ElementTree.Element("feed", xmlns=ATOM)
    tell(feed, "id", contents.base_url)
    tell(feed, "title", contents.title)
    if contents.subtitle:
        tell(feed, "subtitle", contents.subtitle)
    ElementTree.SubElement(feed, "link", rel="alternate", type="text/html", href=contents.base_url)
    ElementTree.SubElement(feed, "link", rel="self", type="application/atom+xml", href=contents.base_url + FEED)
    tell(feed, "updated", _time(_day(newest_first[0][1])))
    for name in contents.authors or (contents.title,):
        tell(ElementTree.SubElement(feed, "author"), "name", name)
    if contents.licence[0]:
        tell(feed, "rights", contents.licence[0])
    former = [*(figures for _, figures in newest_first[1:]), {}]
    for (edition, figures), before in zip(newest_first, former, strict=True):
        _entry(feed, contents, edition, figures, before)
    return xml(feed)


def _entry(feed: ElementTree.Element, contents: Contents, edition: Edition, figures: Figures, former: Figures) -> None:
    day = _day(figures)
    address = contents.base_url + (f"{edition.path}/" if edition.path else "")
    entry = ElementTree.SubElement(feed, "entry")
    tell(entry, "id", f"{address}#{day or edition.name}")
    tell(entry, "title", f"{contents.title}: {edition.label}" + (f", data as of {day}" if day else ""))
    ElementTree.SubElement(entry, "link", rel="alternate", type="text/html", href=address)
    tell(entry, "updated", _time(day))
    tell(entry, "summary", " ".join(map(_moved, figures.values(), map(former.get, figures))) or contents.subtitle)


def _moved(figure: dict[str, Any], before: dict[str, Any] | None) -> str:
    """A key figure in words, with what it was."""
    was = f", before {before['text']}" if before and before["value"] != figure["value"] else ""
    return f"{figure['label']}: {figure['text']}{was}."


def _figures(path: Path) -> Figures:
    return {figure["id"]: figure for figure in json.loads(path.read_text(encoding="utf-8"))}


def _day(figures: Figures) -> str:
    return max((figure["as_of"] for figure in figures.values()), default="")


def _time(day: str) -> str:
    """RFC 3339; a feed has to name a time, and a book without figures has none."""
    return f"{day or '1970-01-01'}T00:00:00Z"


def tell(parent: ElementTree.Element, name: str, text: str) -> None:
    """Give `parent` an element with this text."""
    ElementTree.SubElement(parent, name).text = visible(text)


def xml(root: ElementTree.Element) -> bytes:
    """The file of a feed or sitemap."""
    ElementTree.indent(root, " ")
    return ElementTree.tostring(root, encoding="utf-8", xml_declaration=True) + b"\n"
