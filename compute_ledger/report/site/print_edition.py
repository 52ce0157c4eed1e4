"""The print edition: all chapters of one edition in one page, `print.html`, which is also what `pdf` prints.

The chapters' own HTML is passed on tag by tag. Code, narrow drawings and what only a screen can use are left out;
folds are open; ids get the chapter's name before them, and every link stays inside the document or names its host.
Sources that one chapter lists in full are not listed again by the others: links lead to that list.
"""

import re
from collections.abc import Iterable, Sequence
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from markupsafe import Markup, escape

from compute_ledger.report.book import layout
from compute_ledger.report.book.contents import Contents, Edition
from compute_ledger.report.book.layout import PRINT
from compute_ledger.report.pages import glossary_links
from compute_ledger.report.pages.markdown import Prose

if TYPE_CHECKING:
    from compute_ledger.report.pages.exporter import Page

TEMPLATES = Path("book/templates/report")
LEFT_OUT = frozenset({"code", "narrow-chart", "permalink", "downloads", "take", "cite"})
VOID = frozenset({"area", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"})
RENAMED = {"details": "div", "summary": "p", **{f"h{level}": f"h{level + 1}" for level in range(1, 6)}}
IDS = re.compile(r'(\s(?:id|aria-labelledby|aria-describedby|aria-controls)=")([^"]+)"')
# Chapters may show the same chart: as landmarks of one document the two could not be told apart.
GLOSSARY = layout.GLOSSARY_PAGE.removesuffix(".html")
LANDMARK = re.compile(r'\s(?:role="region"|aria-label(?:ledby)?="[^"]*")')
CHART = re.compile(r'class="(?:wide|one)-chart"')
SHAPES = re.compile(r"url\(#([\w-]+)\)")
SOURCES = re.compile(r'<ol class="sources">.*?</ol>', re.DOTALL)
HREF = re.compile(r'\shref="([^"]*)"')
COLOUR = re.compile(r"var\(--[\w-]+,\s*(#\w+)\)")


def write(folder: Path, contents: Contents, edition: Edition, pages: "Sequence[Page]") -> None:
    """Write print.html of one edition into its folder."""
    import jinja2

    loader = jinja2.FileSystemLoader(contents.root / TEMPLATES)
    environment = jinja2.Environment(
        loader=loader, autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    parts = [
        (page.slug, page.title, part(contents, edition, page.slug, page.body) if page.printed is None else page.printed)
        for page in pages
    ]
    if contents.glossary:
        words = f'<div class="prose">{Prose({}).blocks(glossary_links.markdown(contents.glossary))}</div>'
        parts.append((GLOSSARY, "Glossary", part(contents, edition, GLOSSARY, words)))
    chapters = [{"slug": slug, "title": title, "body": Markup(body)} for slug, title, body in listed_once(parts)]
    html = environment.get_template("print.html.j2").render(
        contents=contents,
        edition=edition,
        as_of=max((figure["as_of"] for page in pages for figure in page.key_figures), default=""),
        chapters=[{**each, "headings": _headings(each["body"])} for each in chapters],
        root="../" * len(Path(edition.path).parts),
    )
    (folder / PRINT).write_text(html.strip() + "\n", encoding="utf-8")


def part(contents: Contents, edition: Edition, slug: str, body: str) -> str:
    """`body` of the page `slug` as it stands in the print edition of the whole book."""
    slugs = [chapter.slug for chapter in contents.chapters] + ([GLOSSARY] if contents.glossary else [])
    base = urljoin(contents.base_url, f"{edition.path}/" if edition.path else "") if contents.base_url else ""
    return chapter(body, slug, slugs, base)


def listed_once(parts: Sequence[tuple[str, str, str]]) -> list[tuple[str, str, str]]:
    """Printed chapters as slug, title and body: a list of sources that are all in the longest one gives way to it."""
    ids = {slug: frozenset(re.findall(rf'<li id="{slug}--(source-[^"]+)"', body)) for slug, _, body in parts}
    full, named = max(((slug, title) for slug, title, _ in parts), key=lambda each: len(ids[each[0]]), default=("", ""))
    link = f'<p class="sources-line">In the list of sources of the chapter <a href="#{full}">{escape(named)}</a>.</p>'
    return [
        (slug, title, SOURCES.sub(link, body).replace(f'href="#{slug}--source-', f'href="#{full}--source-'))
        if slug != full and ids[slug] <= ids[full]
        else (slug, title, body)
        for slug, title, body in parts
    ]


def chapter(body: str, slug: str, slugs: Iterable[str], base: str = "") -> str:
    """`body` of the chapter `slug` as part of a document of all `slugs`.

    A link to a file of the book becomes one below `base`, the edition's address; without `base` it is only words,
    because on paper and in a PDF it would lead nowhere.
    """
    printed = _Printed(slug, frozenset(slugs), base)
    printed.feed(body)
    printed.close()
    return "".join(printed.parts).strip()


def _headings(body: str) -> list[dict[str, str]]:
    found = re.findall(r'<h3 id="([^"]+)">(.*?)</h3>', body, re.DOTALL)
    return [{"id": each, "text": str(Markup(text).striptags())} for each, text in found]


class _Printed(HTMLParser):
    """Passes HTML on as it is written, but for what `chapter` changes."""

    def __init__(self, slug: str, slugs: frozenset[str], base: str) -> None:
        super().__init__(convert_charrefs=False)
        self.slug, self.slugs, self.base = slug, slugs, base
        self.parts: list[str] = []
        self.dropped = 0  # open elements of a part that is left out
        self.unlinked: list[bool] = []  # for each open <a>, whether it became a <span>

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        classes = dict(attrs).get("class") or ""
        if self.dropped or not LEFT_OUT.isdisjoint(classes.split()):
            self.dropped += tag not in VOID
            return
        self._open(tag, self.get_starttag_text() or "")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        if not self.dropped:
            self._open(tag, self.get_starttag_text() or "")

    def handle_endtag(self, tag: str) -> None:
        if self.dropped:
            self.dropped -= tag not in VOID
        elif tag == "a":
            self.parts.append("</span>" if self.unlinked.pop() else "</a>")
        elif tag not in VOID:
            self.parts.append(f"</{RENAMED.get(tag, tag)}>")

    def handle_data(self, data: str) -> None:
        if not self.dropped:
            self.parts.append(data)

    def handle_entityref(self, name: str) -> None:
        self.handle_data(f"&{name};")

    def handle_charref(self, name: str) -> None:
        self.handle_data(f"&#{name};")

    def _open(self, tag: str, raw: str) -> None:
        if tag in ("div", "section"):
            raw = CHART.sub('class="one-chart" tabindex="0"', LANDMARK.sub("", raw))
        raw = IDS.sub(lambda found: f'{found[1]}{" ".join(map(self._id, found[2].split()))}"', raw)
        raw = COLOUR.sub(r"\1", SHAPES.sub(lambda found: f"url(#{self._id(found[1])})", raw))
        if tag == "a":
            raw = self._linked(raw)
        elif tag in RENAMED:
            raw = f"<{RENAMED[tag]}{raw[len(tag) + 1 :]}"
        self.parts.append(raw)

    def _linked(self, raw: str) -> str:
        """The tag of a link as a link inside the document, as one to the hosted book, or as a span."""
        href = HREF.search(raw)
        address = self._address(href[1]) if href else None
        self.unlinked.append(address is None)
        if href and address is not None:
            return f'{raw[: href.start()]} href="{address}"{raw[href.end() :]}'
        return "<span>"

    def _address(self, href: str) -> str | None:
        parts = urlsplit(href)
        if parts.scheme:
            return href
        slug = parts.path.rpartition("/")[2].removesuffix(".html") if parts.path else self.slug
        if slug in self.slugs:
            place = parts.fragment.partition("?")[0]
            return f"#{slug}--{place}" if place else f"#{slug}"
        return urljoin(self.base, href) if self.base else None

    def _id(self, name: str) -> str:
        return f"{self.slug}--{name}"
