"""book.zip: the whole book, which is a book again where it is unpacked."""

import zipfile

from compute_ledger.report.book.manifest import flaws, read_manifest, write_manifest
from compute_ledger.report.site.take_along import whole_book


def test_the_zip_holds_every_file_and_a_manifest_that_they_keep(tmp_path):
    book = tmp_path / "book"
    (book / "charts").mkdir(parents=True)
    (book / "index.html").write_text("<h1>x</h1>")
    (book / "charts/a.png").write_bytes(b"png")
    write_manifest(book, {"title": "x"})
    whole_book.announce(book)
    whole_book.pack(book, "The Book & Co")
    first = (book / "book.zip").read_bytes()
    whole_book.pack(book, "The Book & Co")
    assert (book / "book.zip").read_bytes() == first
    with zipfile.ZipFile(book / "book.zip") as archive:
        archive.extractall(tmp_path / "unpacked")
    unpacked = tmp_path / "unpacked/the-book-co"
    assert {path.name for path in unpacked.rglob("*") if path.is_file()} == {"index.html", "a.png", "manifest.json"}
    assert flaws(unpacked, read_manifest(unpacked)) == []
