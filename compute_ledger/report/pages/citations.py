"""How to cite the book, a chapter, a chart or the data: plain words, BibTeX, CSL-JSON and RIS.

The date of a reference is the day its data are as of; no clock is asked, so the same edition always has the same
reference. A name with a comma ("Doe, Jane") is a person's, any other is taken whole.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass

from compute_ledger.report.book.layout import CITATIONS
from compute_ledger.shared.languages.phrases import Words, phrase
from compute_ledger.shared.text import slug as id_of

BOOK, CHAPTER, CHART, DATA = "book", "chapter", "figure", "dataset"  # these are CSL's words for them
WHOLE_DATA = "the data"  # no id of a chart has a space
UNPUBLISHED = "own parameters, not a published edition"
BIBTEX_TYPES = {BOOK: "book", CHAPTER: "incollection", CHART: "misc", DATA: "misc"}
RIS_TYPES = {BOOK: "BOOK", CHAPTER: "CHAP", CHART: "FIGURE", DATA: "DATA"}
MEDIUM = Words({CHART: "Chart", DATA: "Data set"})
# What TeX would take for a command, or BibTeX for the end of a field.
TEX = str.maketrans(
    {
        "\\": r"\textbackslash{}",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
        "{": r"\textbraceleft{}",
        "}": r"\textbraceright{}",
    }
    | {character: f"\\{character}" for character in "&%$#_"}
)


@dataclass(frozen=True)
class Reference:
    """One thing to cite. `name` is that of its files in cite/, `url` is empty where the book has no address.

    `remark` is what a reader has to know of it besides.
    """

    name: str
    kind: str
    title: str
    book: str
    authors: tuple[str, ...]
    edition: str
    version: str
    as_of: str
    url: str
    remark: str = ""

    @property
    def key(self) -> str:
        """What a manuscript calls it: the same for the same thing in the same edition."""
        suffix = "" if self.name == "index" else f"-{self.name}"
        return f"{id_of(self.book)}{suffix}-{self.as_of or id_of(self.edition)}"

    @property
    def state(self) -> str:
        """Which edition of what was cited."""
        day = self.as_of and phrase("data as of {day}", day=self.as_of)
        version = self.version and phrase("version {version}", version=self.version)
        return ", ".join(filter(None, [phrase("Edition “{edition}”", edition=self.edition), day, version, self.remark]))

    @property
    def plain(self) -> str:
        """The reference as a sentence or two."""
        medium = f" [{MEDIUM[self.kind].lower()}]" if self.kind in MEDIUM else ""
        titled = phrase("“{title}”{medium}, in {book}", title=self.title, medium=medium, book=self.book)
        title = f"{self.title}{medium}" if self.kind == BOOK else titled
        year = f" ({self.as_of[:4]})" if self.as_of else ""
        return f"{'; '.join(self.authors)}{year}. {title}. {self.state}. {self.url}".strip()

    @property
    def bibtex(self) -> str:
        """One entry of BibTeX in UTF-8."""
        fields = {
            "author": " and ".join(_tex(name) if "," in name else f"{{{_tex(name)}}}" for name in self.authors),
            "title": f"{{{_tex(self.title)}}}",
            "booktitle": f"{{{_tex(self.book)}}}" if self.kind == CHAPTER else "",
            "publisher": f"{{{_tex(self.authors[0])}}}" if self.authors and self.kind in (BOOK, CHAPTER) else "",
            "howpublished": _tex(self._medium),
            "year": self.as_of[:4],
            "month": self.as_of[5:7],
            "day": self.as_of[8:10],
            "version": _tex(self.version),
            "note": _tex(self.state),
            "url": self.url,
        }
        lines = "".join(f",\n  {name} = {{{value}}}" for name, value in fields.items() if value)
        return f"@{BIBTEX_TYPES[self.kind]}{{{self.key}{lines}\n}}\n"

    @property
    def csl(self) -> str:
        """A list of one item in CSL-JSON."""
        item = {
            "id": self.key,
            "type": self.kind,
            "title": self.title,
            "container-title": "" if self.kind == BOOK else self.book,
            "author": [_csl_name(name) for name in self.authors],
            "issued": {"date-parts": [[int(part) for part in self.as_of.split("-")]]} if self.as_of else None,
            "edition": self.edition,
            "version": self.version,
            "note": self.state,
            "URL": self.url,
        }
        filled_fields = {name: value for name, value in item.items() if value}
        return json.dumps([filled_fields], indent=1, ensure_ascii=False) + "\n"

    @property
    def ris(self) -> str:
        """One record of RIS, lines ended as its specification has them."""
        lines = [
            ("TY", RIS_TYPES[self.kind]),
            *(("AU", name) for name in self.authors),
            ("TI", self.title),
            ("T2", "" if self.kind == BOOK else self.book),
            ("PY", self.as_of[:4]),
            ("DA", self.as_of.replace("-", "/")),
            ("ET", self.edition),
            ("N1", self.state),
            ("UR", self.url),
            ("ID", self.key),
        ]
        tagged_lines = "".join(f"{tag}  - {' '.join(value.split())}\r\n" for tag, value in lines if value)
        return f"{tagged_lines}ER  - \r\n"

    def files(self) -> Iterator[tuple[str, bytes]]:
        """Its three files: path below the edition's folder, and content."""
        for suffix, text in (("bib", self.bibtex), ("json", self.csl), ("ris", self.ris)):
            yield f"{CITATIONS}/{self.name}.{suffix}", text.encode()

    @property
    def _medium(self) -> str:
        if self.kind == CHART:
            return str(phrase("{medium} in {book}", medium=MEDIUM[CHART], book=self.book))
        return str(MEDIUM.get(self.kind, ""))


def _tex(text: str) -> str:
    return " ".join(text.translate(TEX).split())


def _csl_name(name: str) -> dict[str, str]:
    family, comma, given_name = name.partition(",")
    return {"family": family.strip(), "given": given_name.strip()} if comma else {"literal": name}
