"""LaTeX formulas as MathML, which browsers draw and read out without a script."""

import re
from html import unescape
from xml.etree import ElementTree

from markupsafe import Markup, escape

from compute_ledger.shared.text import visible


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


ELEMENTS = _words(
    "math mrow mi mn mo ms mtext mspace mfrac msqrt mroot msub msup msubsup munder mover munderover mmultiscripts "
    "mprescripts none mtable mtr mtd mstyle mpadded mphantom menclose"
)
ATTRIBUTES = _words(
    "display displaystyle scriptlevel mathvariant mathcolor mathsize stretchy symmetric fence separator accent "
    "accentunder form largeop movablelimits lspace rspace minsize maxsize width height depth linethickness "
    "columnalign columnspacing columnlines rowspacing rowlines notation"
)
CHILDREN = {"mfrac": 2, "mroot": 2, "msub": 2, "msup": 2, "munder": 2, "mover": 2, "msubsup": 3, "munderover": 3}
LONGEST = 5_000  # characters
BRACE = re.compile(r"\\.|([{}])", re.DOTALL)
# A number in brackets would begin at 1 in each formula.
NUMBERED = re.compile(r"\\(begin|end)\{(align|equation|gather|eqnarray|multline)\}")
COMMAND = re.compile(r"\\[A-Za-z]")
DELIMITED = re.compile(
    r"\s*(?:\$\$(?P<a>[^$]+)\$\$|\$(?P<b>[^$]+)\$|\\\[(?P<c>.+)\\\]|\\\((?P<d>.+)\\\)"
    r"|(?P<e>\\begin\{(?!tabular|table|document)(?P<name>[A-Za-z]+\*?)\}.+\\end\{(?P=name)\}))\s*",
    re.DOTALL,
)


def formula(latex: str, *, display: bool) -> Markup | None:
    """The formula, in a line of its own for `display`; None when latex2mathml cannot read it."""
    latex = visible(latex).strip()
    braces = [brace for brace in BRACE.findall(latex) if brace]
    if not latex or len(latex) > LONGEST or braces.count("{") != braces.count("}"):
        return None
    # Only here: importing it takes a tenth of a second, and most pages have no formula.
    from latex2mathml.converter import convert_to_element

    try:
        root = convert_to_element(NUMBERED.sub(r"\\\1{\2*}", latex), display="block" if display else "inline")
        node = _kept(root)
    except Exception:  # its parser raises IndexError, KeyError, RecursionError and more
        return None
    if node is None or COMMAND.search("".join(node.itertext())):
        return None
    node.set("alttext", latex)
    return Markup(ElementTree.tostring(node, encoding="unicode", short_empty_elements=False))


def lone_formula(text: str) -> str | None:
    """The LaTeX of an output that is one formula between its delimiters, or one environment; None for other text."""
    delimited = DELIMITED.fullmatch(text)
    return next((delimited[name] for name in "abcde" if delimited[name]), None) if delimited else None


def block(math: Markup) -> Markup:
    """A formula in a line of its own, which scrolls where it is wider than the page."""
    return Markup('<div class="formula" tabindex="0">{}</div>').format(math)


def source(latex: str) -> Markup:
    """A formula that could not be set, as it was written."""
    return Markup("<code>{}</code>").format(escape(visible(latex).strip()))


def _kept(node: ElementTree.Element) -> ElementTree.Element | None:
    """A copy with listed elements and attributes alone; None where one is none of them, or lacks a part."""
    if node.tag not in ELEMENTS or len(node) != CHILDREN.get(node.tag, len(node)):
        return None
    copied = ElementTree.Element(node.tag, {key: value for key, value in node.attrib.items() if key in ATTRIBUTES})
    copied.text = unescape(node.text or "")
    if node.tag == "mi" and len(copied.text) > 1:
        copied.set("mathvariant", "normal")  # the name of a function
    for child in node:
        kept_child = _kept(child)
        if kept_child is None:
            return None
        copied.append(kept_child)
    return copied
