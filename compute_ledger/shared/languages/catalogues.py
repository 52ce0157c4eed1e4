"""A language as its files have it: book/languages/<code>/, how it writes numbers and days, and its phrases.

`language.toml` says how the language writes; every other file there maps phrases, as the code has them in English, to
what they are called. A phrase that counts maps to two: of one thing, and of several.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path("book/languages")
SETTINGS, SCRIPTS = "language.toml", "scripts.toml"
ENGLISH = "en"
Phrase = str | tuple[str, str]


@dataclass(frozen=True)
class Language:
    """How a language writes; the defaults are those of English, whose phrases the code has.

    `months` are empty where their names are Python's. `small_numbers` are the words from 0 on, `feminine` those that
    differ beside a feminine noun, by the masculine. `elided` are words that lose their last letter before one of
    `before`, as "de" in « d'Oracle ». `largest_unit` is the largest whose name an amount may have; `says_unit_once`
    is so of « 13 à 130 milliards de dollars », whose units stand after a no-break space.
    """

    code: str = ENGLISH
    name: str = "English"
    decimal: str = "."
    thousands: str = ","
    months: tuple[str, ...] = ()
    short_months: tuple[str, ...] = ()
    first_day: str = "1"
    small_numbers: tuple[str, ...] = (
        "no",
        "one",
        "two",
        "three",
        "four",
        "five",
        "six",
        "seven",
        "eight",
        "nine",
        "ten",
    )
    feminine: Mapping[str, str] = field(default_factory=dict)
    elided: tuple[str, ...] = ()
    before: str = ""
    largest_unit: str = "trillion"
    says_unit_once: bool = False
    phrases: Mapping[str, Phrase] = field(default_factory=dict)

    @property
    def is_english(self) -> bool:
        return self.code == ENGLISH

    def digits(self, text: str) -> str:
        """A number that is written the English way, '1,234.5', as the language writes it."""
        return text.translate({ord(","): self.thousands, ord("."): self.decimal})


def folder_of(code: str, start: Path) -> Path:
    """The folder of a language in the project at or above `start`; ValueError when there is none."""
    for folder in (start, *start.parents):
        if (folder / FOLDER / code / SETTINGS).is_file():
            return folder / FOLDER / code
    raise ValueError(f"language is {code!r}, but there is no {FOLDER / code / SETTINGS}")


def language_name(code: str, start: Path) -> str:
    """What a language calls itself."""
    return read_language(code, start).name


def read_language(code: str, start: Path) -> Language:
    """The language `code` of the project at or above `start`; ValueError names the file that is at fault."""
    return Language() if code == ENGLISH else _read(folder_of(code, start))


@cache
def _read(folder: Path) -> Language:
    settings = _toml(folder / SETTINGS)
    phrases: dict[str, Phrase] = {}
    for path in catalogue_files(folder):
        for text, meaning in read_phrases(path).items():
            if text in phrases:
                raise ValueError(f"{folder.name}/{path.name}: the phrase {text!r} stands in another file there too")
            phrases[text] = meaning
    lists: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in settings.items()
    }
    return Language(code=folder.name, phrases=phrases, **lists)


def forget() -> None:
    """Read the files anew when a language is asked for next."""
    _read.cache_clear()


def catalogue_files(folder: Path) -> list[Path]:
    """The files of phrases in the folder of a language, without that of its scripts."""
    return sorted(path for path in folder.glob("*.toml") if path.name not in (SETTINGS, SCRIPTS))


def read_phrases(path: Path) -> dict[str, Phrase]:
    """The phrases of one file; of a phrase that counts both forms. ValueError for what is neither."""
    phrases: dict[str, Phrase] = {}
    for text, meaning in _toml(path).items():
        phrases[text] = tuple(meaning) if isinstance(meaning, list) else meaning
        if not isinstance(meaning, str) and len(phrases[text]) != 2:
            raise ValueError(f"{path.parent.name}/{path.name}: {text!r} needs a text, or two where it counts")
    return phrases


def _toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise ValueError(f"{path.parent.name}/{path.name}: {error}") from error
