"""What a reader's line has to carry: bytes as gzip sends them, and requests, for every page.

The fonts in the stylesheet are weighed on their own: whoever opens a second page has them.
"""

import functools
import gzip
import re
from pathlib import Path

from bs4 import BeautifulSoup, SoupStrainer

# These two hold every claim of the ledger.
HEAVY_PAGES = ("evidence-claims.html", "print.html")
# The rows of the evidence, which load when a reader asks for them, and what searches them.
EXPLORER_BYTES, ROWS_BYTES = 2_000, 250_000
MOST_ELEMENTS = 3_000  # of a page, or a slow phone stands still for seconds
# The desk, which loads when a reader comes to it: its scripts, and what they are given of the ledger.
DESK_BYTES = 25_000
# Previews, which load when a reader first comes near a link: their script, and every named row of the evidence.
PREVIEW_BYTES = 30_000
HEAVY_BYTES, PAGE_BYTES, SCRIPT_BYTES, FONT_BYTES, REQUESTS = 345_000, 68_000, 15_000, 80_000, 4
# What may be copied, which loads with the first fold of it; in another language words are longer.
TAKE_ALONG_BYTES, TRANSLATED_TAKE_ALONG_BYTES = 2_300, 2_400
# With MiniSearch, which comes with the first search; in another language accents weigh something, too.
ALL_SCRIPTS_BYTES, TRANSLATED_SCRIPTS_BYTES = 18_500, 18_800
FONTS = re.compile(rb"@font-face\s*\{.*?\}", re.DOTALL)


@functools.cache
def weight(path: Path) -> int:
    return len(gzip.compress(FONTS.sub(b"", path.read_bytes()), mtime=0))


@functools.cache
def loaded(page: Path) -> dict[str, set[Path]]:
    """The files that a page loads by itself, by the element that names them; pictures within the page are no files."""
    soup = BeautifulSoup(
        page.read_text(encoding="utf-8"), "html.parser", parse_only=SoupStrainer(["link", "script", "img"])
    )
    named = {
        "style": [tag["href"] for tag in soup.select('link[rel~="stylesheet"]')],
        "icon": [tag["href"] for tag in soup.select('link[rel~="icon"]')],
        "script": [tag["src"] for tag in soup.select("script[src]")],
        "picture": [tag["src"] for tag in soup.select("img[src]") if not tag["src"].startswith("data:")],
    }
    return {kind: {(page.parent / name).resolve() for name in names} for kind, names in named.items()}


def test_page_is_light(book: Path, page_name: str):
    beside = loaded(book / page_name)
    limit = HEAVY_BYTES if Path(page_name).name in HEAVY_PAGES else PAGE_BYTES
    assert weight(book / page_name) + sum(map(weight, beside["style"] | beside["picture"])) <= limit
    assert sum(map(weight, beside["script"])) <= SCRIPT_BYTES


def test_page_needs_few_requests(book: Path, page_name: str):
    assert 1 + len(set().union(*loaded(book / page_name).values())) <= REQUESTS


def test_all_scripts_together_are_light(book: Path):
    # With those that only come when they are asked for, such as that of the search.
    languages = [path.parent for path in (book / "static").glob("*/report.js")]
    assert languages
    for folder in (book / "static", *languages):
        on_demand = {folder / f"{name}.js" for name in ("previews", "take-along", "explorer")}
        scripts = set(folder.glob("*.js")) - on_demand
        assert len(scripts) >= 3
        limit = TRANSLATED_SCRIPTS_BYTES if folder in languages else ALL_SCRIPTS_BYTES
        assert sum(map(weight, scripts)) <= limit


def test_what_may_be_copied_is_light(book: Path):
    assert weight(book / "static/take-along.js") <= TAKE_ALONG_BYTES
    translated = list((book / "static").glob("*/take-along.js"))
    assert translated
    assert max(map(weight, translated)) <= TRANSLATED_TAKE_ALONG_BYTES


def test_the_rows_of_a_long_table_are_light(book: Path):
    assert weight(book / "static/explorer.js") <= EXPLORER_BYTES
    held = list(book.rglob("evidence-claims.js"))
    assert held
    assert all(weight(path) <= ROWS_BYTES for path in held)


def test_the_page_of_evidence_is_laid_out_at_once(book: Path):
    pages = [BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser") for path in book.rglob("evidence.html")]
    assert pages
    assert max(len(page.find_all(True)) for page in pages) < MOST_ELEMENTS


def test_previews_are_light(book: Path):
    script = weight(book / "static/previews.js")
    held = [path for path in book.rglob("previews.js") if path.parent.name != "static"]
    assert held
    assert all(script + weight(path) <= PREVIEW_BYTES for path in held)


def test_a_desk_is_light(book: Path):
    scripts = sum(map(weight, (book / "static/desk").glob("*.js")))
    held = sorted(book.rglob("desk/*.js"))
    assert all(scripts + weight(path) <= DESK_BYTES for path in held if path.parent != book / "static/desk")


def test_fonts_are_light(book: Path):
    found = [FONTS.findall(sheet.read_bytes()) for sheet in book.rglob("*.css")]
    assert any(found)
    assert sum(len(gzip.compress(b"".join(rules), mtime=0)) for rules in found) <= FONT_BYTES
