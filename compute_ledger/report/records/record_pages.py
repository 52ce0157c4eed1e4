"""Pages of records: laid out by one template, all at once, and beside each the claims as CSV."""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from compute_ledger.report.book import templates
from compute_ledger.report.book.contents import Contents, Edition
from compute_ledger.report.errors import RenderError
from compute_ledger.report.pages import downloads
from compute_ledger.report.pages.page_context import Link, PageContext, record_frame
from compute_ledger.report.records import amount_drawing, record_links

if TYPE_CHECKING:
    import jinja2

    from compute_ledger.report.pages.exporter import Page

TEMPLATES = Path("book/templates/report")
MOST_COUNTED = 12  # charts that are named
PARAGRAPH = re.compile(r"<p>(.*?)</p>", re.DOTALL)


def write(
    folder: Path, contents: Contents, edition: Edition, editions: Sequence[Edition], pages: "Sequence[Page]",
    *, codebook: bool
) -> None:  # fmt: skip
    """Write the records of one edition into its folder; links of its `pages`, which lie there, lead to them."""
    written = {page.slug: (folder / f"{page.slug}.html").read_text(encoding="utf-8") for page in pages}
    leads = record_links.addresses(pages, written.values())
    if not any(page.records for page in pages):
        return
    for slug, html in written.items():
        (folder / f"{slug}.html").write_text(record_links.led(html, leads, f"{slug}.html"), encoding="utf-8")
    counted = _counted(contents, pages)
    for page in pages:
        for name, content in _files(page, contents, edition, editions, leads, counted, codebook).items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(content)


def lead(folder: Path, pages: "Sequence[Page]", english: "Sequence[Page]", way: str) -> None:
    """Let links of `pages` in another language, which lie in the `folder`, lead to the records of the `english` ones.

    `way` leads from there to the folder of these.
    """
    leads = record_links.addresses(english, [page.html for page in english])
    from_here = {way + address: way + place for address, place in leads.items()}
    for page in pages:
        path = folder / f"{page.slug}.html"
        path.write_text(record_links.led(path.read_text(encoding="utf-8"), from_here, path.name), encoding="utf-8")


def _files(
    page: "Page", contents: Contents, edition: Edition, editions: Sequence[Edition], leads: Mapping[str, str],
    counted: Mapping[str, list[Link]], codebook: bool
) -> dict[str, bytes]:  # fmt: skip
    """Path below the edition's folder -> content, of all records of one page."""
    held = page.records or {"records": []}
    template = _environment(contents.root).get_template("record.html.j2")
    files: dict[str, bytes] = {}
    for record in held["records"]:
        home = f"{page.slug}.html"
        own_address = f"{home}#{record['anchor']}"
        if not record["standing"] and own_address not in leads:
            continue
        path = f"{record['path']}.html"
        if path in files:
            raise RenderError(f"{home}: two records have the address {path}; rename one")
        frame = record_frame(contents, edition, editions, record["path"], page.slug, codebook=codebook)
        about = _context(record, frame, held)
        facts = {
            "page": about,
            "record": record,
            "columns": held["columns"],
            "drawing": _drawing(record),
            "counted": counted.get(own_address, [])[:MOST_COUNTED],
            "home": home,
        }
        html = template.render(facts).strip() + "\n"
        html = record_links.led(html.replace('href="#source-', f'href="{home}#source-'), leads, path)
        files[path] = record_links.one_deeper(html).encode()
        if record["claims"]:
            files[f"{record['path']}.csv"] = downloads.lines_as_csv(list(_lines(record, held["columns"])))
    return files


def _context(record: Mapping[str, Any], frame: Any, held: Mapping[str, Any]) -> PageContext:
    words = PARAGRAPH.search(record["html"])
    abstract = str(Markup(words[1] if words else record["title"]).striptags())
    nothing: Any = ()
    return PageContext(
        frame, record["title"], abstract, nothing, nothing, nothing, nothing, None, None, held["as_of"], nothing
    )


def _drawing(record: Mapping[str, Any]) -> Markup:
    return amount_drawing.drawing(record["amounts"], "amounts") if record["amounts"] else Markup("")


def _counted(contents: Contents, pages: "Sequence[Page]") -> dict[str, list[Link]]:
    """By the address of a row of evidence the charts and tables that rest on it."""
    counted: dict[str, list[Link]] = {}
    for page in pages:
        for address, places in page.rests.items():
            for block_id, name in places:
                title = f"{name} ({contents.chapter(page.slug).title})"
                counted.setdefault(address, []).append(Link(title, f"{page.slug}.html#{block_id}"))
    return counted


def _lines(record: Mapping[str, Any], columns: Sequence[str]) -> Iterator[list[Any]]:
    """The claims as lines of a file; a link is two columns."""
    linked = [any(row[i][1] for row in record["claims"]) for i in range(len(columns))]
    heads = [[name, f"{name}: address"] if two else [name] for name, two in zip(columns, linked, strict=True)]
    yield [name for names in heads for name in names]
    for row in record["claims"]:
        cells = [[text, href or ""] if two else [text] for (text, href), two in zip(row, linked, strict=True)]
        yield [text for texts in cells for text in texts]


@cache
def _environment(root: Path) -> "jinja2.Environment":
    environment = templates.environment(root / TEMPLATES)
    environment.globals["paper"] = False
    return environment
