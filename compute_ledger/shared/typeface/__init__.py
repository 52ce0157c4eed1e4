"""The typefaces of a book: a sans that charts are measured, drawn and printed in, and a serif for its text.

To change one, put other files here (`make typeface` made these) and change `TYPEFACE` or `TEXT_FACE`: nothing else
names them. Headings and tables of a book are set in that of its charts.

What is measured is here twice, with the same tables: as TTF, which vl-convert reads, and as WOFF2, half as large,
which pages carry. To read WOFF2, every installation would need two packages more. The files are the package's and not
the project's, so that any project that is published with it is measured and drawn in one typeface.
"""

import base64
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent
# The styles of a family as CSS names them: weight and slant. Charts have the first two.
STYLES = {"Regular": (400, "normal"), "SemiBold": (600, "normal"), "Italic": (400, "italic")}
WEIGHTS = ("Regular", "SemiBold")


@dataclass(frozen=True)
class Typeface:
    """A family of one file a style, whose names begin with `stem`.

    No other font may bear the name `family`: a program that loads ours by name would take a machine's own instead.
    `alike` are fonts about as wide, and the kind, for programs that cannot load what a picture carries.
    """

    family: str
    stem: str
    alike: str
    styles: tuple[str, ...] = WEIGHTS

    @property
    def shown(self) -> str:
        """The value of font-family."""
        return f"'{self.family}', {self.alike}"

    @property
    def licence(self) -> Path:
        """The file with its licence, which goes where its files go."""
        return FOLDER / f"{self.stem}.LICENSE.txt"

    def file(self, style: str, kind: str) -> Path:
        """The file of one of its styles; `kind` is ttf or woff2."""
        return FOLDER / f"{self.stem}-{style}.{kind}"


TYPEFACE = Typeface("Ledger Sans", "LedgerSans", "Arial, 'Liberation Sans', Helvetica, Arimo, sans-serif")
TEXT_FACE = Typeface("Ledger Serif", "LedgerSerif", "Charter, Cambria, Georgia, serif", tuple(STYLES))


def faces() -> str:
    """The rules of CSS that bring the typeface of the charts along: a file opened from disk may load none beside it.

    Text waits for it: drawn in another font first, it would move.
    """
    return _rules([TYPEFACE])


def page_faces() -> str:
    """The rules that bring all typefaces along."""
    return _rules([TYPEFACE, TEXT_FACE])


def page_names() -> str:
    """The names under which a stylesheet asks for them."""
    return f":root {{ --sans: {TYPEFACE.shown}; --serif: {TEXT_FACE.shown}; }}"


def _rules(typefaces: Iterable[Typeface]) -> str:
    return "".join(_rule(typeface, style) for typeface in typefaces for style in typeface.styles)


@cache
def _rule(typeface: Typeface, style: str) -> str:
    weight, slant = STYLES[style]
    data = base64.b64encode(typeface.file(style, "woff2").read_bytes()).decode()
    return (
        f"@font-face{{font-family:'{typeface.family}';font-weight:{weight};font-style:{slant};font-display:block;"
        f"src:url(data:font/woff2;base64,{data}) format('woff2')}}\n"
    )
