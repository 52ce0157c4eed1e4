"""Names of the files and folders of a published book: whoever makes one, links to it or keeps it free asks here."""

from pathlib import Path

# In the project: the published book, one with somebody's own parameters, single chapters, and what is kept of builds.
PUBLISHED, CUSTOM, RUNS = Path("book/_build/html"), Path("book/_build/custom"), Path("book/_build/runs")
CACHE = Path("book/_build/cache")

STATIC = "static"
EDITIONS = "editions"
DATA = "data"
CHARTS = "charts"
CITATIONS = "cite"
NOTEBOOKS = "notebooks"
CARDS = "og"
DESKS = "desk"
EMBEDS = "embed"
RECORDS = ("deals", "suppliers", "rows")  # folders of the pages of records
FOLDERS = (STATIC, EDITIONS, DATA, CHARTS, CITATIONS, NOTEBOOKS, CARDS, DESKS, EMBEDS, *RECORDS)

CODEBOOK = "codebook.html"
GLOSSARY_PAGE = "glossary.html"
PRINT = "print.html"
PRINTED_GLOSSARY = "glossary"  # the id of its chapter there
STATUS_PAGE = "status.html"
STATUS_RECORD = "status.json"
KEY_FIGURES = "key-figures.json"
MANIFEST = "manifest.json"
DOWNLOADS_PAGE = "download.html"
BOOK_ZIP, BOOK_EPUB = "book.zip", "book.epub"
WHATS_NEW_PAGE, WHATS_NEW_FEED = "whats-new.html", "whats-new.xml"
SITEMAP = "sitemap.xml"
FEED = "feed.xml"
SEARCH_INDEX = "search-index.js"
PREVIEWS = "previews.js"
DATA_README = "README.md"  # in DATA; it becomes the codebook
# Pages beside the chapters of an edition, which an edition in another language leads to in English.
APPENDIX = (CODEBOOK, GLOSSARY_PAGE, STATUS_PAGE, DOWNLOADS_PAGE, WHATS_NEW_PAGE)
# Pages that hold nothing which another page lacks, or nothing to be found by.
UNLISTED = frozenset({PRINT, STATUS_PAGE, "404.html"})

# Slugs that no chapter can have; a page named search may come. Older projects may have a chapter called as a folder of
# records: deals.html lies beside deals/.
PAGES_OF_WORDS = (CODEBOOK, GLOSSARY_PAGE, DOWNLOADS_PAGE, WHATS_NEW_PAGE)
AT_THE_ROOT = (*PAGES_OF_WORDS, BOOK_ZIP, PRINT, STATUS_PAGE, MANIFEST, KEY_FIGURES, FEED, SITEMAP)
RESERVED = frozenset({*FOLDERS, "search", *(name.partition(".")[0] for name in AT_THE_ROOT)}) - {*RECORDS, EMBEDS}
