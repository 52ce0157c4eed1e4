"""What is said, in the language that is spoken in this run or on this page.

A phrase stands in the code as an English sentence with named places, never glued of words. In English it is said as
it stands, in another language by its catalogue; a phrase that the catalogue lacks is an error.
"""

import string
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import Any

from markupsafe import EscapeFormatter, Markup

from compute_ledger.shared.languages.catalogues import Language, Phrase, read_language

SEVERAL = 2
_spoken: ContextVar[Language] = ContextVar("language", default=Language())  # noqa: B039


def spoken() -> Language:
    """The language that is spoken."""
    return _spoken.get()


def speak(code: str) -> None:
    """From now on speak the language `code` of the project around; ValueError for one that it does not have."""
    _spoken.set(read_language(code, Path.cwd()))


@contextmanager
def speaking(code: str, project: Path) -> Iterator[None]:
    """A context in which the language `code` of a project is spoken."""
    token = _spoken.set(read_language(code, project))
    try:
        yield
    finally:
        _spoken.reset(token)


def phrase(text: str, /, **places: Any) -> Any:
    """The phrase in the language that is spoken, with its places filled; Markup where one of them is."""
    template = text if spoken().is_english else _template(text)
    assert isinstance(template, str), f"{text!r} counts; say it by `number_of`"
    return filled(template, places) if places else template


def phrase_of(amount: float, text: str, /, **places: Any) -> Any:
    """The phrase that another language has in two forms: for an `amount` below two, and for more."""
    if spoken().is_english:
        return filled(text, places)
    template = _template(text)
    return filled(template if isinstance(template, str) else template[int(abs(amount) >= SEVERAL)], places)


def number_of(number: int, singular: str, plural: str = "") -> str:
    """3, 'deal' -> 'three deals': `singular` for one, else `plural`; words up to ten, figures above.

    In a catalogue it is the phrase "{n} deal", where {n} and {f} are the number beside a masculine and a feminine noun.
    """
    language = spoken()
    small = language.small_numbers
    word = small[number] if 0 <= number < len(small) else language.digits(f"{number:,}")
    if language.is_english:
        return f"{word} {singular if number == 1 else plural or singular + 's'}"
    return str(phrase_of(number, f"{{n}} {singular}", n=word, f=language.feminine.get(word, word)))


def _template(text: str) -> Phrase:
    try:
        return spoken().phrases[text]
    except KeyError:
        raise ValueError(f"the phrase {text!r} is not in book/languages/{spoken().code}/; translate it there") from None


def filled(template: str, places: dict[str, Any]) -> Any:
    """A template with its places filled; of {name:de} the word before the colon's end is elided where it has to be."""
    if any(hasattr(value, "__html__") for value in places.values()):
        return Markup(EscapeFormatter(Markup.escape).format(template, **places))
    return _Filler().format(template, **places)


def _elided(value: Any, spec: str) -> str:
    """'d’Oracle' of the spec 'de', 'de Microsoft'; in a language without such words the spec is Python's."""
    language = spoken()
    if spec not in language.elided:
        return format(value, spec)
    text = str(value)
    return f"{spec[:-1]}’{text}" if text[:1] in language.before else f"{spec} {text}"


class _Filler(string.Formatter):
    def format_field(self, value: Any, format_spec: str) -> str:
        return _elided(value, format_spec)


class Words(dict[str, str]):
    """Words by their codes, each in the language that is spoken when it is asked for."""

    def __getitem__(self, code: str) -> str:
        return str(phrase(super().__getitem__(code)))

    def __iter__(self) -> Iterator[str]:
        return super().__iter__()  # so that a copy is made of what is said

    def get(self, code: str, default: Any = None) -> Any:
        return self[code] if code in self else default  # noqa: SIM401

    def values(self) -> Any:
        return [self[code] for code in self]

    def items(self) -> Any:
        return [(code, self[code]) for code in self]
