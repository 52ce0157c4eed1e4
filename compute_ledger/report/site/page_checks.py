"""What must hold in a finished book; the build runs it before publishing, a test over the built book too."""

import functools
import hashlib
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple
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


class Outline(NamedTuple):
    """What the checks need of one page, whatever stands beside it: what is wrong in it, its ids, where it leads."""

    problems: list[str]
    anchors: list[str]
    links: list[str]


Outlines = dict[str, Outline]  # by the SHA-256 of the page


class _Page(HTMLParser):
    """Reads one page."""

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

    @property
    def outline(self) -> Outline:
        problems = [*self.problems, *_own_problems(self)]
        return Outline(problems, list(dict.fromkeys(self.ids)), list(dict.fromkeys(self.links)))

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


def check_site(folder: Path, known: Outlines | None = None) -> list[str]:
    """Problems of the book in `folder`, one line each (`page: problem`); an empty list when it is whole.

    A page whose outline is in `known` is not read again; afterwards `known` holds those of this book alone.
    """
    pages = _outlines(folder, {} if known is None else known)
    problems = [] if pages else [f"{folder}: no page in it"]
    dead = _DeadLinks(folder, pages)
    for path, page in pages.items():
        name = path.relative_to(folder)
        problems += [f"{name}: {problem}" for problem in (*page.problems, *dead.of(path))]
    for sheet in sorted(folder.rglob("*.css")):
        if FOREIGN_CSS.search(sheet.read_text(encoding="utf-8")):
            problems.append(f"{sheet.relative_to(folder)}: loads something from elsewhere")
    return problems


def _outlines(folder: Path, known: Outlines) -> dict[Path, Outline]:
    pages, used = {}, {}
    for path in sorted(folder.rglob("*.html")):
        content = path.read_bytes()
        name = hashlib.sha256(content).hexdigest()
        used[name] = pages[path] = known.get(name) or _Page(content.decode("utf-8")).outline
    known.clear()
    known.update(used)
    return pages


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


class _DeadLinks:
    """Links of a book that lead nowhere; each file and each place is looked at once, however many lead there."""

    def __init__(self, folder: Path, pages: dict[Path, Outline]) -> None:
        self.pages, self.book_folder = pages, folder.resolve()
        self.anchors = {path.resolve(): set(page.anchors) for path, page in pages.items()}
        self.target = functools.cache(self._target)

    def of(self, path: Path) -> Iterator[str]:
        for link in self.pages[path].links:
            place, _, fragment = link.partition("#")
            place = place.partition("?")[0]
            target, problem = self.target(path.parent, place) if place else (path.resolve(), "")
            if problem:
                yield f"link {link!r} {problem}"
            elif fragment and target in self.anchors and unquote(fragment) not in self.anchors[target]:
                yield f"link {link!r} leads to no place in that page"

    def _target(self, folder: Path, place: str) -> tuple[Path | None, str]:
        """The file that the address `place` is in a page of `folder`, and what is wrong with it."""
        parts = urlsplit(place)
        if parts.scheme or parts.netloc:
            return None, ""
        target = (folder / unquote(parts.path)).resolve()
        if not target.is_relative_to(self.book_folder):
            return target, "leads out of the book"
        return target, "" if target.is_file() else "leads to no file"
