"""JSON-LD for the head of a page: inert in HTML, and with no address but http(s) ones."""

import json
import re
from typing import Any
from urllib.parse import urljoin

from markupsafe import Markup

from compute_ledger.report.errors import NotebookError
from compute_ledger.report.pages.page_context import PageContext
from compute_ledger.shared.languages.phrases import spoken

ADDRESSES = frozenset({"@context", "@id", "url", "contentUrl", "license", "sameAs", "image", "logo"})
SCHEME = re.compile(r"\s*([A-Za-z][A-Za-z0-9+.-]*):(?=\S)")
LIVE = frozenset({"javascript", "data", "vbscript", "file", "blob"})


def report(page: PageContext) -> dict[str, Any]:
    """A page of the book as a schema.org Report; addresses are below the book's base URL."""
    frame, book = page.frame, page.frame.book
    about = {
        "@context": "https://schema.org/",
        "@type": "Report",
        "name": page.title,
        "description": page.abstract,
        "inLanguage": spoken().code,
        "url": f"{frame.path}{'' if frame.is_index else frame.slug + '.html'}" or book.address,
        "image": frame.card,
        "author": [{"@type": "Person" if "," in name else "Organization", "name": name} for name in book.authors],
        "datePublished": page.as_of,
        "version": book.version,
        "license": book.licence["url"],
        "creditText": page.references[""].plain,
        "isPartOf": None if frame.is_index else {"@type": "Report", "name": book.title, "url": book.address},
    }
    return {key: value for key, value in about.items() if value}


def json_ld(data: Any, base_url: str, place: str) -> Markup:
    """`data` as the text of a script element that no parser can leave and no browser runs.

    A relative address below `base_url` becomes absolute; where the book has no base URL its key is left
    out. An address with another scheme than http(s) is a NotebookError that names `place`.
    """
    text = json.dumps(_absolute(data, base_url, place), ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return Markup(text)


def _absolute(data: Any, base_url: str, place: str) -> Any:
    if isinstance(data, list):
        return [_absolute(item, base_url, place) for item in data]
    if isinstance(data, str):
        scheme = SCHEME.match(data)
        if scheme and scheme[1].lower() in LIVE:
            raise NotebookError(f"{place}: JSON-LD holds {data[:80]!r}; only http(s) addresses are published")
        return data
    if not isinstance(data, dict):
        return data
    resolved = {}
    for key, value in data.items():
        if key in ADDRESSES and isinstance(value, str):
            address = _address(value, base_url, place)
            if address:
                resolved[key] = address
        else:
            resolved[key] = _absolute(value, base_url, place)
    return resolved


def _address(value: str, base_url: str, place: str) -> str | None:
    if re.match(r"https?://[^\s/]", value, re.IGNORECASE):
        return value
    if SCHEME.match(value) or value.startswith(("/", "\\")) or not value.isprintable():
        raise NotebookError(f"{place}: JSON-LD holds {value[:80]!r}; only http(s) addresses are published")
    return urljoin(base_url, value) if base_url else None
