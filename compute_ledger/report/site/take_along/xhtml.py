"""HTML of our pages as XHTML, which is what an EPUB holds."""

import re
from html import unescape
from xml.etree import ElementTree

NAME, VALUE = r"[A-Za-z_:][\w:.-]*", r'"[^"]*"|\'[^\']*\'|[^\s"\'=<>`]+'
TAG = re.compile(rf"<({NAME})((?:\s+{NAME}(?:\s*=\s*(?:{VALUE}))?)*)\s*/?>", re.ASCII)
ATTRIBUTE = re.compile(rf"({NAME})(?:\s*=\s*({VALUE}))?", re.ASCII)
AS_IN_XML = re.compile(r'(?:\s[\w:.-]+="[^"<]*")*', re.ASCII)
VOID = frozenset(["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"])
# Of these an XML parser knows no other, nor an ampersand by itself.
ENTITY = re.compile(r"&(?!(?:amp|lt|gt|quot|apos|#\d+|#x[0-9A-Fa-f]+);)(\w+;)?")
SPACES = {"svg": "http://www.w3.org/2000/svg", "math": "http://www.w3.org/1998/Math/MathML"}


def xhtml(html: str) -> str:
    """The elements of `html` as XML has them: nothing left open, attributes with values, no names of HTML's own."""
    return TAG.sub(_tag, ENTITY.sub(_entity, html))


def _entity(entity: re.Match[str]) -> str:
    character = unescape(entity[0]) if entity[1] else ""
    return character if character and character != entity[0] else f"&amp;{entity[1] or ''}"


def _tag(tag: re.Match[str]) -> str:
    name, attributes = tag[1], tag[2]
    if not AS_IN_XML.fullmatch(attributes):
        attributes = "".join(f' {key}="{_value(value)}"' for key, value in ATTRIBUTE.findall(attributes))
    if name in SPACES and "xmlns=" not in attributes:
        attributes += f' xmlns="{SPACES[name]}"'
    closed = "/" if name in VOID or tag[0].endswith("/>") else ""
    return f"<{name}{attributes}{closed}>"


def _value(quoted: str) -> str:
    bare = quoted[1:-1] if quoted[:1] in ('"', "'") else quoted
    return bare.replace("<", "&lt;").replace('"', "&quot;")


def is_well_formed(passage: str) -> bool:
    """Whether `passage` can stand in an element of XHTML."""
    try:
        ElementTree.fromstring(f"<div>{passage}</div>")
    except ElementTree.ParseError:
        return False
    return True
