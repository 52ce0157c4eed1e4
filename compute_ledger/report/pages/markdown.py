"""Markdown of notebooks to HTML that is safe to publish: raw HTML shown as text, link schemes by list.

Formulas are MathML; of pictures only those that are attached to their cell are shown.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote, urljoin, urlsplit

import mistune
from markupsafe import Markup, escape

from compute_ledger.report.book.layout import BOOK_ZIP, GLOSSARY_PAGE, WHATS_NEW_FEED
from compute_ledger.report.outputs import mathml, pictures
from compute_ledger.report.outputs.formula_syntax import formulas
from compute_ledger.report.pages.glossary_links import FirstUses
from compute_ledger.shared.languages.phrases import phrase
from compute_ledger.shared.text import slug, visible

SCHEMES = frozenset({"http", "https", "mailto"})
ATTACHMENT = "attachment:"
# A notebook lies beside data/, so `../data/deals.csv` works in Jupyter; in the book data/ is at the root.
SHARED = re.compile(rf"(?:\.\./)?(data/[\w-][\w.-]*|{'|'.join(map(re.escape, (BOOK_ZIP, WHATS_NEW_FEED)))})", re.ASCII)
OF_THE_EDITION = re.compile(r"(?:\.\./)?((?:codebook|glossary)\.html(?:#[\w-]+)?)", re.ASCII)


@dataclass(frozen=True)
class Heading:
    """One heading of a page, for the contents list."""

    level: int
    id: str
    text: str


@dataclass
class Passage:
    """A heading, or none, and the words of each paragraph, list item and table cell below it; no blocks of code."""

    heading: Heading | None = None
    words: list[str] = field(default_factory=list)


@dataclass
class Prose:
    """The Markdown of one page: remembers headings and the ids in use.

    `pages` maps a chapter's notebook file name to its page, so that a link which works in Jupyter
    (`market.ipynb#shares`) works in the book. `root` leads from the page to the book's root, where the
    files are that all editions share. `terms` links those of the glossary. `ids` are those already promised to
    exhibits and sources. `attachments` are those of the cell at hand, data by MIME type by name; `problems` says what
    of the text could not be shown as it was meant. `named_after` are headings in English by those in another language,
    so that both have one id.
    """

    pages: Mapping[str, str]
    root: str = ""
    terms: FirstUses = field(default_factory=lambda: FirstUses((), ""))
    ids: set[str] = field(default_factory=lambda: {"content", "how-this-page-was-made"})
    headings: list[Heading] = field(default_factory=list)
    tables: int = 0
    attachments: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
    named_after: dict[str, str] = field(default_factory=dict)

    def blocks(self, text: str) -> Markup:
        """Paragraphs, lists, tables, headings with permalinks; a term of the glossary is linked at its first use."""
        return self.passages(text)[0]

    def passages(self, text: str) -> tuple[Markup, list[Passage]]:
        """The same, and its words by heading; those before its first heading belong to what stands above it."""
        renderer = self.renderer()
        html = str(_parser(renderer)(visible(text)))
        return Markup(self.terms.link(html)), renderer.passages

    def inline(self, text: str) -> Markup:
        """The same without the paragraph around it, for notes and captions."""
        html = str(_parser(self.renderer())(visible(text))).strip()
        paragraph = re.fullmatch(r"<p>((?:(?!</?p>).)*)</p>", html, re.DOTALL)
        return Markup(paragraph[1]) if paragraph else Markup(escape(text))

    def words(self, text: str) -> Markup:
        """Paragraphs of a text that stands on another page: no term is linked."""
        return Markup(str(_parser(self.renderer())(visible(text))))

    def renderer(self) -> "_Renderer":
        """What writes HTML for this page."""
        return _Renderer(self)

    def anchor(self, name: str) -> str:
        """The id of what the page calls `name`."""
        return name

    def href(self, url: str) -> str | None:
        """The address to publish for a link, None when it must not be a link, "" when it leads nowhere from here."""
        url = url.strip()
        try:
            parts = urlsplit(url)
        except ValueError:
            return None
        if not url.isprintable() or "\\" in url:
            return None
        if parts.scheme:
            return url if parts.scheme.lower() in SCHEMES else None
        if shared := SHARED.fullmatch(url):
            return f"{self.root}{shared[1]}"
        if beside := OF_THE_EDITION.fullmatch(url):
            name, hash_sign, place = beside[1].partition("#")
            return self.pages.get(name, name) + hash_sign + place
        if parts.netloc or url.startswith("/") or ".." in parts.path.split("/"):
            return None
        page = self.pages.get(parts.path.removeprefix("./"), parts.path)
        return page + (f"#{parts.fragment}" if parts.fragment else "") or None

    def formula(self, latex: str, *, display: bool) -> Markup:
        """A formula as MathML, or its source."""
        math = mathml.formula(latex, display=display)
        if math is None:
            self.problems.append(f"has the formula '{' '.join(latex.split())[:200]}', which latex2mathml cannot read")
            return mathml.source(latex)
        return math

    def attached(self, name: str, alt: str) -> Markup | None:
        """The picture of that name that is attached to the cell, or None when there is none that can be shown."""
        blocks = (
            pictures.picture(kind, data, {"alt": alt})
            for kind, data in self.attachments.get(unquote(name), {}).items()
            if kind in pictures.MIME_TYPES
        )
        picture = next(filter(None, blocks), None)
        if picture is None:
            self.problems.append(f"has the attachment {name!r}, which is no picture that a page can hold")
            return None
        return Markup('<img class="picture" src="{src}" alt="{alt}">').format(**picture)

    def new_id(self, text: str) -> str:
        """An unused id made of the words of `text`."""
        stem = slug(text)
        number, free_id = 1, stem
        while free_id in self.ids:
            number += 1
            free_id = f"{stem}-{number}"
        self.ids.add(free_id)
        return free_id


@dataclass
class PrintProse(Prose):
    """The Markdown of the chapter `slug` as part of the print edition: a document of all `pages` and the glossary.

    Every id has the chapter's before it, every link to a chapter stays inside the document. A link to another file of
    the book is one below `base`, the edition's address; without `base` it is only words, because on paper and in a PDF
    it would lead nowhere.
    """

    slug: str = ""
    base: str = ""

    def renderer(self) -> "_Renderer":
        return _PrintRenderer(self)

    def anchor(self, name: str) -> str:
        return f"{self.slug}--{name}"

    def href(self, url: str) -> str | None:
        address = super().href(url)
        parts = urlsplit(address or "")
        if address is None or parts.scheme:
            return address
        page = parts.path.rpartition("/")[2] or f"{self.slug}.html"
        if page not in (*self.pages.values(), f"{self.slug}.html", GLOSSARY_PAGE):
            return urljoin(self.base, address) if self.base else ""
        chapter, place = page.removesuffix(".html"), parts.fragment.partition("?")[0]  # then what filters a table
        return f"#{chapter}--{place}" if place else f"#{chapter}"


class _Renderer(mistune.HTMLRenderer):
    """mistune's renderer with our links, headings and tables, and no pictures from elsewhere."""

    def __init__(self, prose: Prose) -> None:
        super().__init__(escape=True)
        self.prose = prose
        self.passages = [Passage()]

    def link(self, text: str, url: str, title: str | None = None) -> str:  # noqa: ARG002
        href = self.prose.href(url)
        if not href:
            return text
        away = ' rel="noopener noreferrer"' if urlsplit(href).scheme in ("http", "https") else ""
        return f'<a href="{escape(href)}"{away}>{text}</a>'

    def image(self, text: str, url: str, title: str | None = None) -> str:  # noqa: ARG002
        name = url.removeprefix(ATTACHMENT)
        picture = self.prose.attached(name, Markup(text).striptags()) if name != url else None
        return str(picture or f"<em>{text}</em>")

    def inline_math(self, text: str) -> str:
        return str(self.prose.formula(text, display=False))

    def display_math(self, text: str) -> str:
        return str(self.prose.formula(text, display=True))

    def block_math(self, text: str) -> str:
        return str(mathml.block(self.prose.formula(text, display=True)))

    def heading(self, text: str, level: int, **attrs: Any) -> str:  # noqa: ARG002
        plain = Markup(text).striptags()
        entry = Heading(level, self.prose.anchor(self.prose.new_id(self.prose.named_after.get(plain, plain))), plain)
        self.prose.headings.append(entry)
        self.passages.append(Passage(entry))
        return self.heading_tag(entry, text)

    def heading_tag(self, heading: Heading, text: str) -> str:
        """The heading with its `text` as HTML; all but the page's own have a link to themselves."""
        if heading.level == 1:
            return f'<h1 id="{heading.id}">{text}</h1>\n'
        link = f'<a class="permalink" href="#{heading.id}" aria-label="{escape(phrase("Link to this section"))}">#</a>'
        return f'<h{heading.level} id="{heading.id}">{text} {link}</h{heading.level}>\n'

    def paragraph(self, text: str) -> str:
        return str(super().paragraph(self._said(text)))

    def block_text(self, text: str) -> str:
        return str(super().block_text(self._said(text)))

    def block_html(self, html: str) -> str:
        self._said(str(escape(html)))
        return str(super().block_html(html))

    def table(self, text: str) -> str:
        columns = "<col>" * text.count("</th>")  # as wide before all heads are there as after
        return (
            f'<div class="table-wrap" tabindex="0"{self.landmark()}>'
            f"<table>\n<colgroup>{columns}</colgroup>\n{text}</table></div>\n"
        )

    def block_code(self, code: str, info: str | None = None) -> str:
        return str(super().block_code(code, info)).replace("<pre>", '<pre tabindex="0">', 1)  # it may scroll

    def landmark(self) -> str:
        """Attributes that let a screen reader name the next table."""
        self.prose.tables += 1
        return f' role="region" aria-label="{escape(phrase("Table {number}", number=self.prose.tables))}"'

    def table_cell(self, text: str, align: str | None = None, head: bool = False) -> str:
        tag, scope = ("th", ' scope="col"') if head else ("td", "")
        side = ' class="number"' if align == "right" else ""
        return f"<{tag}{scope}{side}>{self._said(text)}</{tag}>"

    def _said(self, text: str) -> str:
        """`text`, HTML of one line of words, after its words are kept."""
        if words := Markup(text).striptags():
            self.passages[-1].words.append(words)
        return text


class _PrintRenderer(_Renderer):
    """Headings one level deeper, since the book has the first; no links to themselves, no landmarks."""

    def heading_tag(self, heading: Heading, text: str) -> str:
        level = min(heading.level + 1, 6)
        return f'<h{level} id="{heading.id}">{text}</h{level}>\n'

    def landmark(self) -> str:
        return ""


def _parser(renderer: _Renderer) -> mistune.Markdown:
    return mistune.create_markdown(renderer=renderer, plugins=["table", "strikethrough", formulas])
