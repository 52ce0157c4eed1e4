"""book.zip: every file of a finished book but itself, in a folder of the book's name."""

from pathlib import Path

from compute_ledger.report.book.layout import BOOK_ZIP
from compute_ledger.shared.text import slug
from compute_ledger.shared.zip_files import zipped


def announce(book: Path) -> None:
    """Keep its place in the `book`, which pages may lead to before all is there that goes into it."""
    (book / BOOK_ZIP).write_bytes(b"")


def pack(book: Path, title: str) -> None:
    """Fill the place in the finished `book`, with the manifest of all but itself."""
    place = book / BOOK_ZIP
    paths = sorted(path for path in book.rglob("*") if path.is_file() and path != place)
    files = {f"{slug(title)}/{path.relative_to(book).as_posix()}": path.read_bytes() for path in paths}
    place.write_bytes(zipped(files))
