"""What must hold in a finished book; the build runs it before publishing, a test over the built book too."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from urllib.parse import unquote, urlsplit

LOADING = {"src", "srcset", "poster", "data", "action", "formaction", "background", "xlink:href"}
SAFE_SCHEMES = {"http", "https", "mailto"}
INLINE_PICTURE = re.compile(r"data:image/(?:png|jpeg|gif|svg\+xml);base64,", re.ASCII)
FOREIGN_CSS = re.compile(r"@import|url\(\s*['\"]?(?:[a-z]+:)?//", re.IGNORECASE)
NEEDED = {"svg-img": "picture", "title": "title", "desc": "description", "sources": "source", "table": "table"}
# A chart wider than its place is scaled down until its labels cannot be read.
CHART_WIDTHS_PX = {"wide": 724, "narrow": 344}


@dataclass
class _Figure:
    id: str
    charts: list[str] = field(default_factory=list)
    parts: set[str] = field(default_factory=set)


class _Page(HTMLParser):
    """Collects what the checks need from one page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.headings: list[int] = []
        self.figures: list[_Figure] = []
        self.problems: list[str] = []
        self._in_text: str | None = None
        self.feed(html)
        self.close()
        self.anchors = set(self.ids)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {key: value or "" for key, value in attrs}
        if "id" in values:
            self.ids.append(values["id"])
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(int(tag[1]))
        self._check_live(tag, values)
        if tag in ("a", "link") and "href" in values:
            self.links.append(values["href"])
        if tag in ("script", "img") and "src" in values:
            self.links.append(values["src"])
        if tag == "figure" and "exhibit" in values.get("class", "").split():
            self.figures.append(_Figure(values.get("id", "?")))
        if self.figures:
            self._note_part(tag, values)

    def handle_endtag(self, tag: str) -> None:
        if tag in ("title", "desc"):
            self._in_text = None

    def handle_data(self, data: str) -> None:
        if self._in_text and data.strip() and self.figures:
            self.figures[-1].parts.add(self._in_text)

    def _check_live(self, tag: str, values: dict[str, str]) -> None:
        if tag in ("style", "iframe", "object", "embed", "base", "foreignobject", "form"):
            self.problems.append(f"has a <{tag}> element")
        if tag == "script" and not values.get("src") and values.get("type") != "application/ld+json":
            self.problems.append("has an inline script")
        for key, value in values.items():
            if key.startswith("on") or key == "style":
                self.problems.append(f"has a {key} attribute on <{tag}>")
            names = tag in ("a", "area") or (tag == "link" and values.get("rel") == "canonical")
            loads = key in LOADING or (key == "href" and not names)
            scheme = urlsplit(value).scheme
            inline_picture = tag == "img" and INLINE_PICTURE.match(value)
            if loads and (scheme or value.startswith("//")) and not inline_picture:
                self.problems.append(f"loads {value[:80]!r} from elsewhere")
            if key == "href" and tag == "a" and scheme and scheme.lower() not in SAFE_SCHEMES:
                self.problems.append(f"has a link to {value[:80]!r}")

    def _note_part(self, tag: str, values: dict[str, str]) -> None:
        figure, classes = self.figures[-1], values.get("class", "").split()
        if tag == "svg" and "swatch" not in classes:
            figure.charts.append(values.get("width", "0"))
            figure.parts.add(f"svg-{values.get('role')}")
            if values.get("aria-labelledby", "").endswith("-narrow-title"):
                figure.parts.add("narrow")
        elif tag in ("title", "desc") and values.get("id"):
            self._in_text = tag
        elif "data" in classes or "untabled" in classes:
            figure.parts.add("table")
        elif "sources-line" in classes:
            figure.parts.add("sources")


def check_site(folder: Path) -> list[str]:
    """Problems of the book in `folder`, one line each (`page: problem`); an empty list when it is whole."""
    pages = {path: _Page(path.read_text(encoding="utf-8")) for path in sorted(folder.rglob("*.html"))}
    problems = [] if pages else [f"{folder}: no page in it"]
    for path, page in pages.items():
        name = path.relative_to(folder)
        for problem in [*page.problems, *_own_problems(page), *_dead_links(path, page, pages, folder)]:
            problems.append(f"{name}: {problem}")
    for sheet in sorted(folder.rglob("*.css")):
        if FOREIGN_CSS.search(sheet.read_text(encoding="utf-8")):
            problems.append(f"{sheet.relative_to(folder)}: loads something from elsewhere")
    return problems


def _own_problems(page: _Page) -> Iterator[str]:
    for double in sorted(page_id for page_id, times in Counter(page.ids).items() if times > 1):
        yield f"the id {double!r} is used twice"
    if page.headings.count(1) != 1:
        yield f"has {page.headings.count(1)} headings of level 1"
    for before, after in pairwise([0, *page.headings]):
        if after > before + 1:
            yield f"a heading of level {after} follows one of level {before}; no level may be left out"
    for figure in page.figures:
        for part, word in NEEDED.items():
            if part not in figure.parts:
                yield f"chart {figure.id!r} has no {word}"
        for width, (variant, limit) in zip(figure.charts, CHART_WIDTHS_PX.items(), strict=False):
            if float(width) > limit:
                yield f"chart {figure.id!r} is {width} px wide in its {variant} form; {limit} px fit"


def _dead_links(path: Path, page: _Page, pages: dict[Path, _Page], folder: Path) -> Iterator[str]:
    book_folder = folder.resolve()
    # A page may hold thousands of links to few others: each file is looked at once, each link once.
    targets: dict[str, Path] = {"": path}
    for link in dict.fromkeys(page.links):
        parts = urlsplit(link)
        if parts.scheme or parts.netloc:
            continue
        target = targets.setdefault(parts.path, (path.parent / unquote(parts.path)).resolve())
        if not target.is_relative_to(book_folder) and target != path:
            yield f"link {link!r} leads out of the book"
        elif not target.is_file():
            yield f"link {link!r} leads to no file"
        elif parts.fragment:
            target_page = pages.get(folder / target.relative_to(book_folder) if target != path else path)
            if target_page and unquote(parts.fragment) not in target_page.anchors:
                yield f"link {link!r} leads to no place in that page"
