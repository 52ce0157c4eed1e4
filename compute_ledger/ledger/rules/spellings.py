"""When two spellings are one name, and when they look like one that was misspelt."""

import re
import unicodedata
from collections.abc import Iterator

# What is drawn as nothing, besides Unicode's format characters (Cf): joiners, fillers, variation selectors.
DRAWN_AS_NOTHING = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]"
)
BLANK = "\u2800"  # the only character drawn as a space that Unicode does not call one
HYPHENS = re.compile("[\u02d7\u058a\u2010-\u2015\u2043\u2212\ufe58\ufe63\uff0d]")
APOSTROPHES = re.compile("[`\u00b4\u02b9-\u02bd\u02c8\u02ca\u02cb\u2018-\u201b\u2032\u2035\ua78c\uff07]")
QUOTES = re.compile("[\u00ab\u00bb\u201c-\u201f\u2033\u2036\uff02]")
# Capital and small letters of Cyrillic and of Greek that are drawn like these Latin ones.
LOOKALIKES = str.maketrans(
    "\u0410\u0412\u0415\u0405\u0406\u0408\u041a\u041c\u041d\u041e\u0420\u0421\u0422\u0425\u0423"
    "\u0430\u0435\u0455\u0456\u0458\u043e\u0440\u0441\u0445\u0443"
    "\u0391\u0392\u0395\u0396\u0397\u0399\u039a\u039c\u039d\u039f\u03a1\u03a4\u03a5\u03a7\u03bf",
    "ABESIJKMHOPCTXYaesijopcxyABEZHIKMNOPTYXo",
)
# "Inc." is "Inc" and "Anvil, Inc" is "Anvil Inc"; but 3.5 is not 35.
STOPS = re.compile(r"(?<![0-9])[.,]|[.,](?![0-9])")
LEGAL_FORM = re.compile(r" (inc|incorporated|corp|corporation|co|company|ltd|limited|llc|plc|sa|ag|se|nv|gmbh)$")
JOINTS, JOINTS_OF_FIGURES = re.compile(r"[ '\"_-]+"), re.compile(r"(?<=[0-9])[ '\"_.,-]+(?=[0-9])")
SHORTEST_WORD = 5  # letters; in shorter ones (UK and UAE) one letter is what tells two names apart


def folded(name: str) -> str:
    """The name without what a reader cannot see or would not mean: case, Unicode form, kinds and number of spaces,
    kinds of hyphens, apostrophes and quotes, full stops and commas, letters that look like Latin ones."""
    if not name.isascii():
        name = "".join(c for c in DRAWN_AS_NOTHING.sub("", name) if unicodedata.category(c) != "Cf")
        name = QUOTES.sub('"', HYPHENS.sub("-", name)).replace(BLANK, " ")
    name = APOSTROPHES.sub("'", name)
    if not name.isascii():
        # Before and after: some letters have a compatible form only in one case.
        name = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name.translate(LOOKALIKES)).casefold())
    return " ".join(STOPS.sub("", name.casefold()).split())


def alike(name: str) -> Iterator[str]:
    """Keys of which two names share one when they might be one name misspelt; `misspelt` decides.

    Its bare form, and its folded form whole and with each letter of each long word left out. Figures stay: 2025 is
    not 2026 misspelt.
    """
    same = folded(name)
    yield same
    if letters := bare(name):
        yield f"\0{letters}"
    for word in re.finditer(r"\w+", same):
        if len(word.group()) >= SHORTEST_WORD:
            yield from (
                same[:place] + same[place + 1 :] for place in range(*word.span()) if not same[place].isdecimal()
            )


def bare(name: str) -> str:
    """The folded name without accents, spaces, hyphens, apostrophes and legal form: `Nimbus-Data Inc` is `nimbusdata`.
    Between figures a sign stays, whichever: 2025-11 is not 202511."""
    letters = unicodedata.normalize("NFKD", LEGAL_FORM.sub("", folded(name)).replace("&", " and "))
    letters = "".join(c for c in letters if not unicodedata.combining(c))
    return JOINTS.sub("", JOINTS_OF_FIGURES.sub(".", letters))


def misspelt(one: str, other: str) -> bool:
    """Whether the two have one bare form, or one letter is added, lost, changed or swapped with its neighbour."""
    if bare(one) == bare(other):
        return True
    one, other = folded(one), folded(other)
    start = _parting(one, other)
    one, other = one[start:], other[start:]
    while one and other and one[-1] == other[-1]:
        one, other = one[:-1], other[:-1]
    return max(len(one), len(other)) <= 1 or (len(one) == 2 and one == other[::-1])


def first_difference(one: str, other: str) -> str:
    """Where two spellings part, in code points, as what differs may not be seen."""
    place = _parting(one, other)
    here, there = (f"U+{ord(text[place]):04X}" if place < len(text) else "nothing" for text in (one, other))
    return f"character {place + 1} is {here} here, {there} there"


def _parting(one: str, other: str) -> int:
    pairs = enumerate(zip(one, other, strict=False))
    return next((place for place, (a, b) in pairs if a != b), min(len(one), len(other)))
