"""download.html: every file of an edition by its address, and a line each of Python, R and curl for the data."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from compute_ledger.report.book import layout
from compute_ledger.report.book.contents import Chapter, Contents, Edition
from compute_ledger.shared import rounding
from compute_ledger.shared.markdown_escape import plain

PACKAGE = "datapackage.json"
# Of the files of a chart, in the order of a reader's likely wish, with what leads there.
FORMS = {"csv": "CSV", "json": "JSON", "svg": "SVG", "png": "PNG", "16x9.png": "16:9", "square.png": "square"}
WHOLE = (
    (layout.BOOK_EPUB, "all chapters as an EPUB, for readers of books"),
    (layout.PRINT, "all chapters on one page, for print"),
    (layout.KEY_FIGURES, "the key figures, for programs"),
    (layout.STATUS_RECORD, "chapters and versions, for programs"),
)
EMBED_CODE = """```html
<iframe src="…/embed/….html" title="…" width="100%" height="600" loading="lazy"></iframe>
```"""
LANGUAGES = {
    "Python": ("import pandas as pd", '{name} = pd.read_csv("{place}{file}")'),
    "R": ("", '{name} <- read.csv("{place}{file}", na.strings = "")'),
    "curl": ("", 'curl -O "{place}{file}"'),
}
NO_ADDRESS = (
    "This copy of the book knows no address of its own. The lines of Python and R are for its folder{of_edition}; "
    "for curl, put in the place of `https://…/` the address at which you read it."
)


@dataclass(frozen=True)
class _Taken:
    """A chart or table of a chapter: its id, its title where it has one, the names of its files."""

    id: str
    title: str
    names: tuple[str, ...]


def markdown(book: Path, contents: Contents, edition: Edition, whats_new: str) -> str:
    """The page of the `edition` of the `book`, whose other files are there; `whats_new` is a page's name, or empty."""
    folder = book / edition.path
    news = f" [What’s new in the data, day by day]({whats_new})." if whats_new else ""
    parts = [
        "# Download",
        f"All that can be taken along: the book, its data, and the files of each chart and table.{news}",
        *_whole_book(folder, contents.base_url),
        *_data(book, contents, edition),
        "## Charts and tables",
        "Of each the numbers (CSV), all that the page says of it (JSON) and, of charts, the picture with title, note "
        "and sources (SVG, PNG), and those for slides and posts (16:9, square). The files of a chapter, and its "
        "notebook with all results, are above its table.",
        "The page that a chart has by itself (embed) is for a frame in a page of yours; `src` is its address:",
        EMBED_CODE,
    ]
    for chapter in contents.chapters:
        parts += _chapter(folder, chapter, contents)
    return "\n\n".join(parts) + "\n"


def _whole_book(folder: Path, address: str) -> list[str]:
    items = [_item(folder, name, words) for name, words in WHOLE if (folder / name).is_file()]
    items.insert(0, f"- [{layout.BOOK_ZIP}]({layout.BOOK_ZIP}): the whole book with all editions, to be read offline")
    if address:
        items.append(f"- [{layout.FEED}]({address}{layout.FEED}): a feed of the editions")
    items.append(f"- `{layout.MANIFEST}` at the book’s root: every file by its SHA-256, for `compute-ledger verify`")
    return ["## The book", "\n".join(items)]


def _item(folder: Path, name: str, words: str) -> str:
    return f"- [{name}]({name}): {words} ({_size(folder / name)})"


def _size(path: Path) -> str:
    size = path.stat().st_size
    return f"{rounding.text(size / 1e6, 1)} MB" if size >= 1e6 else f"{rounding.text(max(1.0, size / 1e3), 0)} KB"


def _data(book: Path, contents: Contents, edition: Edition) -> Iterator[str]:
    """The tables of the data package, each in all its forms, what else lies beside them, and how to read them."""
    folder = book / layout.DATA
    names = sorted(path.name for path in folder.iterdir() if path.is_file()) if folder.is_dir() else []
    if not names:
        return
    yield "## The data"
    yield "The same for all editions."
    tables = {table["path"]: table for table in _tables(folder) if table["path"] in names}
    in_tables = {name for name in names if any(Path(name).stem == Path(path).stem for path in tables)}
    rows = [
        f"| {plain(table.get('title', path))} | {plain(table.get('grain', ''))} "
        f"| {_links(layout.DATA, [name for name in names if Path(name).stem == Path(path).stem])} |"
        for path, table in tables.items()
    ]
    if rows:
        yield "\n".join(["| Table | One row is | Files |", "|---|---|---|", *rows])
    others = [name for name in names if name not in in_tables]
    yield "\n".join(f"- [{name}]({layout.DATA}/{name}) ({_size(folder / name)})" for name in others)
    if tables:
        yield from _code(list(tables), contents, edition)


def _tables(folder: Path) -> list[Mapping[str, Any]]:
    """The resources of the data package in `folder`; none where there is no such package."""
    try:
        resources = json.loads((folder / PACKAGE).read_text(encoding="utf-8"))["resources"]
    except (OSError, ValueError, KeyError, TypeError):
        return []
    return [table for table in resources if isinstance(table, dict) and PurePosixPath(table.get("path", "")).name]


def _code(files: Sequence[str], contents: Contents, edition: Edition) -> Iterator[str]:
    if not contents.base_url:
        yield NO_ADDRESS.format(of_edition=", not that of an edition" if edition.path else "")
    for language, (head, line) in LANGUAGES.items():
        root = contents.base_url or ("https://…/" if language == "curl" else "")
        lines = [
            line.format(name=Path(file).stem.replace("-", "_"), place=f"{root}{layout.DATA}/", file=file)
            for file in files
        ]
        yield f"### {language}"
        yield "\n".join([f"```{language.lower()}", *filter(None, [head]), *lines, "```"])


def _links(folder: str, names: Sequence[str]) -> str:
    forms = ((name.partition(".")[2], name) for name in names)
    return " · ".join(f"[{FORMS.get(form, form)}]({folder}/{name})" for form, name in forms)


def _chapter(folder: Path, chapter: Chapter, contents: Contents) -> Iterator[str]:
    page = folder / f"{chapter.slug}.html"
    taken = _taken(folder / layout.CHARTS, chapter.slug, [other.slug for other in contents.chapters])
    if not page.is_file():
        return
    html = page.read_text(encoding="utf-8")
    taken.sort(key=lambda one: html.find(f' id="{one.id}"'))
    whole = [f"{layout.CHARTS}/{chapter.slug}.zip", f"{layout.NOTEBOOKS}/{chapter.slug}.ipynb"]
    files = [f"[{Path(name).name}]({name}) ({_size(folder / name)})" for name in whole if (folder / name).is_file()]
    yield f"### {plain(chapter.title)}"
    yield " · ".join([f"[The page]({chapter.slug}.html)", *files])
    rows = [
        f"| {_title(one, chapter.slug)} | {_links(layout.CHARTS, one.names)}{_embed(folder, chapter.slug, one)} |"
        for one in taken
    ]
    if rows:
        yield "\n".join(["| Chart or table | Files |", "|---|---|", *rows])


def _taken(folder: Path, slug: str, slugs: Sequence[str]) -> list[_Taken]:
    """The charts and tables of the chapter `slug`; a name belongs to the longest slug that it begins with."""
    names: dict[str, list[str]] = {}
    for path in sorted(folder.glob(f"{slug}-*")):
        longest = max((other for other in slugs if path.name.startswith(f"{other}-")), key=len)
        if longest == slug:
            names.setdefault(path.name.partition(".")[0].removeprefix(f"{slug}-"), []).append(path.name)
    return [
        _Taken(one, _titled(folder / f"{slug}-{one}.json"), tuple(sorted(files, key=_by_use)))
        for one, files in names.items()
    ]


def _by_use(name: str) -> int:
    return list(FORMS).index(name.partition(".")[2])


def _titled(path: Path) -> str:
    """The title that the JSON of a chart or table gives; empty where there is none, as of a table in the code."""
    return str(json.loads(path.read_text(encoding="utf-8"))["title"]) if path.is_file() else ""


def _embed(folder: Path, slug: str, one: _Taken) -> str:
    name = f"{layout.EMBEDS}/{slug}-{one.id}.html"
    return f" · [embed]({name})" if (folder / name).is_file() else ""


def _title(one: _Taken, slug: str) -> str:
    words = one.title or f"Table in the code: {one.id.removeprefix('frame-').replace('-', ' ')}"
    return f"[{plain(words)}]({slug}.html#{one.id})"
