"""HTML that a notebook shows, cleaned by nh3: words, tables, links and pictures that it brings along.

No script, style, class, id or form of a notebook gets into a page, and nothing that a browser would load from
elsewhere. Headings become bold lines, since the headings of a page are those of its Markdown.
"""

import re
from html import unescape
from urllib.parse import urlsplit

import nh3
from markupsafe import Markup, escape

from compute_ledger.shared.text import visible


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


TAGS = _words(
    "a abbr b bdi blockquote br code dd del details div dl dt em h1 h2 h3 h4 h5 h6 hr i img ins kbd li mark ol p pre q "
    "s samp small span strong sub summary sup u ul var table caption thead tbody tfoot tr th td"
)
# Their contents are no words for readers.
DROPPED = _words("script style title template noscript iframe object embed svg math button select textarea")
SPANS = {"colspan", "rowspan"}
ATTRIBUTES = {
    "a": {"href"},
    "abbr": {"title"},
    "img": {"src", "alt", "width", "height"},
    "li": {"value"},
    "ol": {"start"},
    "td": SPANS,
    "th": SPANS,
}
SCHEMES = {"http", "https", "mailto"}
PICTURE = re.compile(r"data:image/(?:png|jpeg|gif|svg\+xml);base64,[A-Za-z0-9+/]+=*", re.ASCII)
NUMBER = re.compile(r"[0-9]{1,4}", re.ASCII)
# Of what nh3 writes: lower case, values in double quotes, no other `<` than that of a tag.
HEADING = re.compile(r"<(/?)h[1-6]>")
IMG = re.compile(r'<img((?: [a-z]+="[^"]*")*)>')
ALT = re.compile(r' alt="([^"]*)"')
SPAN = re.compile(r' (?:col|row)span="([0-9]+)"', re.ASCII)
MOST_JOINED = 200_000  # rows and columns that cells of one output may span: more stop a browser, and mean no table
SCRIPTED = re.compile(r"<(?:script|iframe|object|embed)\b", re.IGNORECASE)


def cleaned(html: str) -> Markup:
    """`html` as it may stand in a page; empty when nothing of it is left to see."""
    safe = nh3.clean(
        visible(html),
        tags=set(TAGS),
        clean_content_tags=set(DROPPED),
        attributes=ATTRIBUTES,
        attribute_filter=_attribute,
        url_schemes=SCHEMES | {"data"},
        url_relative="deny",
        link_rel=None,  # it would be given to what is no link any more, too
    )
    if sum(map(int, SPAN.findall(safe))) > MOST_JOINED:
        safe = SPAN.sub("", safe)
    safe = safe.replace('<a href="', '<a rel="noopener noreferrer" href="')
    safe = IMG.sub(_picture, HEADING.sub(lambda tag: f"<{tag[1]}div>" if tag[1] else '<div class="heading">', safe))
    return Markup(safe.strip()) if "<img" in safe or Markup(safe).striptags() else Markup("")


def wants_script(html: str) -> bool:
    """Whether `html` has parts that a page leaves out and that may have been the point of it."""
    return bool(SCRIPTED.search(html))


def _attribute(_: str, name: str, value: str) -> str | None:
    if name == "href":
        return value if _leads_away(value) else None
    if name == "src":
        return value if PICTURE.fullmatch(value) else None
    if name in ("alt", "title"):
        return value
    return value if NUMBER.fullmatch(value) else None


def _leads_away(href: str) -> bool:
    try:
        return urlsplit(href).scheme.lower() in SCHEMES and href.isprintable() and "\\" not in href
    except ValueError:
        return False


def _picture(tag: re.Match[str]) -> str:
    """A picture with a text alternative; of one that would be loaded from elsewhere that text alone."""
    alt = ALT.search(tag[1])
    if ' src="' not in tag[1]:
        return f"<em>{escape(unescape(alt[1]))}</em>" if alt else ""
    return tag[0] if alt else f'<img{tag[1]} alt="">'
