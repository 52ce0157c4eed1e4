"""The typeface that charts are measured, drawn and printed in. Its files lie here and travel with every book.

To change it, put other files here (`make typeface` made these) and change `TYPEFACE`: nothing else names it.

Each weight is here twice, with the same tables: as TTF, which vl-convert reads, and as WOFF2, half as large, which
pages carry. To read WOFF2, every installation would need two packages more. The files are the package's and not the
project's, so that any project that is published with it is measured and drawn in one typeface.
"""

import base64
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent
WEIGHTS = {"Regular": 400, "Bold": 700}


@dataclass(frozen=True)
class Typeface:
    """A family of one file a weight, whose names begin with `stem`.

    No other font may bear the name `family`: a program that loads ours by name would take a machine's own instead.
    `alike` are fonts of the same widths, for programs that cannot load what a picture carries.
    """

    family: str
    stem: str
    alike: str

    @property
    def shown(self) -> str:
        """The value of font-family."""
        return f"'{self.family}', {self.alike}, sans-serif"

    @property
    def licence(self) -> Path:
        """The file with its licence, which goes where its files go."""
        return FOLDER / f"{self.stem}.LICENSE.txt"

    def file(self, weight: str, kind: str) -> Path:
        """The file of one of the `WEIGHTS`; `kind` is ttf or woff2."""
        return FOLDER / f"{self.stem}-{weight}.{kind}"


TYPEFACE = Typeface("Ledger Sans", "LedgerSans", alike="Arial, 'Liberation Sans', Helvetica, Arimo")


@cache
def faces() -> str:
    """The rules of CSS that bring the typeface along: a page opened from disk may load no file beside it.

    Text waits for it: drawn in another font first, it would move.
    """
    rule = (
        "@font-face{{font-family:'{}';font-weight:{};font-display:block;"
        "src:url(data:font/woff2;base64,{}) format('woff2')}}\n"
    )
    files = {number: TYPEFACE.file(weight, "woff2").read_bytes() for weight, number in WEIGHTS.items()}
    return "".join(rule.format(TYPEFACE.family, *(n, base64.b64encode(data).decode())) for n, data in files.items())
