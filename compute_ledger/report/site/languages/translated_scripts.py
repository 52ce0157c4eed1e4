"""The scripts of a book in another language, but for desks: the same files in a folder of their own, with other words.

`scripts.toml` of a language maps pieces of the scripts, as they stand there with their quotation marks, to what stands
in their place. So no page loads a file more, and none in English a byte.
"""

from pathlib import Path

from compute_ledger.report.book.layout import STATIC
from compute_ledger.report.errors import ContentsError
from compute_ledger.shared.languages.catalogues import ENGLISH, FOLDER, SCRIPTS, read_phrases

SOURCE = Path("book/static")


def write(book: Path, root: Path, language: str) -> None:
    """Write the scripts in a `language` into `book`, whose own are there; ContentsError for a piece that none has."""
    if language == ENGLISH:
        return
    pieces = {str(old): str(new) for old, new in read_phrases(root / FOLDER / language / SCRIPTS).items()}
    used = set()
    for source in sorted((root / SOURCE).glob("*.js")):
        text = source.read_text(encoding="utf-8")
        for old in sorted(pieces, key=len, reverse=True):
            if old in text:
                used.add(old)
                text = text.replace(old, pieces[old])
        target = book / STATIC / language / source.name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
    for old in pieces.keys() - used:
        raise ContentsError(f"{FOLDER / language / SCRIPTS}: no script has {old!r} any more; remove or mend it")
