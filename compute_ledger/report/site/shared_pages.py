"""What all editions of a book share: data, codebook, glossary, downloads, feeds, the page it opens on."""

import shutil
from collections.abc import Sequence
from html import escape
from pathlib import Path

from compute_ledger.report.book import layout, stylesheet
from compute_ledger.report.book.contents import Contents, Edition
from compute_ledger.report.book.layout import CODEBOOK, DATA, DATA_README
from compute_ledger.report.pages import glossary_links
from compute_ledger.report.site import feeds
from compute_ledger.report.site.take_along import changed_cells, download_page, whats_new

STATIC = Path("book/static")


def has_codebook(extras: Path | None) -> bool:
    """Whether a book with the files of `extras` gets a codebook."""
    return extras is not None and (extras / DATA_README).is_file()


def write(book: Path, contents: Contents, editions: Sequence[Edition], extras: Path | None, key_figures: str) -> None:
    """Write all of it into `book`, whose pages are finished; what a kept edition brought along gives way.

    `extras` is a folder of files for download; a README.md among them also becomes the codebook. `key_figures`
    is the name of the file in each edition's folder that lists its key figures.
    """
    _copy(contents.root / STATIC, book / layout.STATIC)
    for name, content in stylesheet.files(contents.root).items():
        (book / layout.STATIC / name).write_bytes(content)
    if extras is not None:
        shutil.rmtree(book / DATA, ignore_errors=True)
        _copy(extras, book / DATA)
    _write_words(book, contents, editions, extras)
    if all(edition.path for edition in editions):
        (book / "index.html").write_text(_landing(contents, editions), encoding="utf-8")
    for name in (layout.SITEMAP, layout.FEED):
        (book / name).unlink(missing_ok=True)
    feeds.write(book, contents, editions, key_figures)


def _copy(source: Path, target: Path) -> None:
    """All files of a folder but hidden ones; unlike shutil.copytree, without its rights, which may be to read only."""
    target.mkdir(exist_ok=True)
    for path in source.iterdir():
        if path.is_dir() and not path.name.startswith("."):
            _copy(path, target / path.name)
        elif not path.name.startswith("."):
            shutil.copyfile(path, target / path.name)


def _write_words(book: Path, contents: Contents, editions: Sequence[Edition], extras: Path | None) -> None:
    """Pages of words in the folder of each edition, so that they lead back to the chapters of that one."""
    from compute_ledger.report.pages.exporter import render_words

    words = {}
    if contents.glossary:
        words[layout.GLOSSARY_PAGE] = glossary_links.markdown(contents.glossary)
    if extras is not None and has_codebook(extras):
        words[CODEBOOK] = (extras / DATA_README).read_text(encoding="utf-8")
    words |= _whats_new(book, contents, editions[0], extras)
    news = layout.WHATS_NEW_PAGE if layout.WHATS_NEW_PAGE in words else ""
    for edition in editions:
        folder = book / edition.path
        for name in (layout.GLOSSARY_PAGE, layout.WHATS_NEW_PAGE):
            (folder / name).unlink(missing_ok=True)
        downloads = {layout.DOWNLOADS_PAGE: download_page.markdown(book, contents, edition, news)}
        for name, markdown in (words | downloads).items():
            html = render_words(contents, edition, editions, name, markdown, codebook=has_codebook(extras))
            (folder / name).write_text(html, encoding="utf-8")


def _whats_new(book: Path, contents: Contents, first: Edition, extras: Path | None) -> dict[str, str]:
    """The page by its name, where the data tell what changed in them; then the feed is written, too."""
    (book / layout.WHATS_NEW_FEED).unlink(missing_ok=True)
    days = changed_cells.days(extras) if extras else []
    if extras is None or not days:
        return {}
    page = f"{first.path}/{layout.WHATS_NEW_PAGE}".removeprefix("/")
    (book / layout.WHATS_NEW_FEED).write_bytes(whats_new.feed(days, contents, page))
    table = f"{DATA}/{whats_new.history_table(extras)}"
    return {layout.WHATS_NEW_PAGE: whats_new.markdown(days, table, layout.WHATS_NEW_FEED)}


def _landing(contents: Contents, final: Sequence[Edition]) -> str:
    links = "\n".join(f'<li><a href="{e.path}/index.html">{escape(e.label)}</a></li>' for e in final)
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'self'">
<meta http-equiv="refresh" content="0; url={final[0].path}/index.html">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(contents.title)}</title>
<link rel="stylesheet" href="static/report.css">
</head>
<body>
<main>
<h1>{escape(contents.title)}</h1>
<ul>
{links}
</ul>
</main>
</body>
</html>
"""
