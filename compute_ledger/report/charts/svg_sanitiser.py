"""SVG of charts as it may stand in a page: drawing elements and known attributes, nothing else, and made small."""

import re
from xml.etree import ElementTree
from xml.sax.saxutils import escape, quoteattr

from compute_ledger.report.errors import RenderError
from compute_ledger.shared.chart_look import on_page
from compute_ledger.shared.text import visible
from compute_ledger.shared.typeface import TYPEFACE

Ids = dict[str | None, str]


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


ELEMENTS = _words("g path line rect circle ellipse polygon text tspan defs clipPath linearGradient stop")
GEOMETRY = _words("d x y x1 y1 x2 y2 dx dy cx cy r rx ry width height transform points offset")
# Inherited by children, so a value that all children share may stand on the group.
INHERITED = _words(
    "fill fill-opacity stroke stroke-width stroke-opacity stroke-dasharray stroke-dashoffset stroke-linecap "
    "stroke-linejoin stroke-miterlimit font-size font-weight font-style text-anchor"
)
ATTRIBUTES = {*GEOMETRY, *INHERITED, *_words("opacity clip-path id stop-color stop-opacity display")}
PLAIN_VALUE = re.compile(r"[\w\s.,#%()+*/'-]*", re.ASCII)
# What a value may call. CSS takes `URL(` for `url(`, and has other functions that load a file.
FUNCTION = re.compile(r"([\w-]*)\s*\(", re.ASCII)
FUNCTIONS = {*_words("translate scale rotate skewX skewY matrix rgb rgba hsl hsla var")}
LOCAL = re.compile(r"url\(#([\w-]+)\)", re.ASCII)
# Where a screen has few pixels a browser widens letters to whole ones, 4 % at 11 px, unless it is told to be precise.
LETTERING = f'font-family={quoteattr(TYPEFACE.shown)} text-rendering="geometricPrecision"'
SIZE = re.compile(r"\d{1,6}(\.\d+)?", re.ASCII)
COLOUR = re.compile(r"var\(--[\w-]+,\s*(#\w+)\)")  # one of the screen's two, with the colour of paper
# Of a size, not a place: what it multiplies is large.
FACTOR = re.compile(r"scale|skew|matrix", re.ASCII)
NUMBER = re.compile(r"-?\d*\.\d+(?:e-?\d+)?", re.ASCII)
# A line or an area is one mark for a whole series: its label would name the first point only.
UNLABELLED = frozenset({"axis", "legend", "title", "line mark", "area mark", "trail mark", "text mark"})
DEFAULTS = {"opacity": "1", "fill-opacity": "1", "stroke-opacity": "1", "text-anchor": "start"}


def clean(svg: str, prefix: str, title: str, description: str, *, paper: bool = False) -> str:
    """`svg` reduced to drawing: listed elements and attributes, marks' labels as tooltips, rounded numbers.

    The root is one image to a screen reader, named by <title> and described by <desc>. Colours that a screen may
    show light or dark are settled for `paper`.
    RenderError when `svg` is not well-formed XML, declares entities, is nested absurdly or has no size.
    """
    if "<!DOCTYPE" in svg:
        raise RenderError(f"the SVG of {prefix!r} declares a document type, and might declare entities; remove it")
    try:
        root = ElementTree.fromstring(svg)
        return _cleaned_root(root, prefix, title, description, paper)
    except (ElementTree.ParseError, UnicodeEncodeError) as error:
        raise RenderError(f"the SVG of {prefix!r} is not well-formed: {error}") from error
    except RecursionError as error:
        raise RenderError(f"the SVG of {prefix!r} is nested too deep to be a drawing") from error


def _cleaned_root(root: ElementTree.Element, prefix: str, title: str, description: str, paper: bool) -> str:
    # vl-convert counts ids on from chart to chart; here they depend on nothing but this chart.
    own_ids = dict.fromkeys(node.get("id") for node in root.iter() if node.get("id"))
    ids = {name: f"{prefix}-{number}" for number, name in enumerate(own_ids, 1)}
    body = [child for child in (_cleaned(child, ids) for child in root) if child is not None]
    width, height = root.get("width", ""), root.get("height", "")
    if not (SIZE.fullmatch(width) and SIZE.fullmatch(height)):
        raise RenderError(f"the SVG of {prefix!r} has the size {width!r} by {height!r}; give it in pixels")
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="chart" role="img" aria-labelledby="{prefix}-title" '
        f'aria-describedby="{prefix}-desc" width="{_rounded(width)}" height="{_rounded(height)}" '
        f'viewBox="0 0 {_rounded(width)} {_rounded(height)}" {LETTERING}>'
        f'<title id="{prefix}-title">{xml_text(title)}</title>'
        f'<desc id="{prefix}-desc">{xml_text(description)}</desc>'
    )
    return head + "".join(_serialised(child, paper) for child in body) + "</svg>"


def _cleaned(node: ElementTree.Element, ids: Ids) -> ElementTree.Element | None:
    """A cleaned copy of `node`, or None when nothing of it is drawn."""
    name = node.tag.rpartition("}")[2]
    if name not in ELEMENTS or _is_empty(name, node):
        return None
    copied = ElementTree.Element(name, _attributes(node, ids))
    label = node.get("aria-label")
    if label and name != "g" and node.get("aria-roledescription") not in UNLABELLED:
        ElementTree.SubElement(copied, "title").text = label
    copied.text = node.text if name in ("text", "tspan") else None
    copied.extend([child for child in (_cleaned(child, ids) for child in node) if child is not None])
    if name in ("text", "tspan"):
        has_content = (copied.text or "").strip() or any(child.tag != "title" for child in copied)
        return copied if has_content else None
    return _flattened(copied) if name == "g" else copied


def _is_empty(name: str, node: ElementTree.Element) -> bool:
    # An invisible mark with a label is a target for the pointer: it stays.
    if node.get("display") == "none" or (node.get("opacity") == "0" and not node.get("aria-label")):
        return True
    if name == "path":
        painted = any(node.get(key, "none") not in ("none", "transparent") for key in ("fill", "stroke"))
        bare = node.get("d", "") in ("", "M0,0h0v0h0Z")
        return bare or (not painted and node.get("class") in ("background", "foreground"))
    if name == "rect":
        return node.get("fill") == "transparent" and node.get("stroke") is None
    return False


def _attributes(node: ElementTree.Element, ids: Ids) -> dict[str, str]:
    attributes = {}
    for key, value in node.attrib.items():
        if key not in ATTRIBUTES or DEFAULTS.get(key) == value or not PLAIN_VALUE.fullmatch(value):
            continue
        local = LOCAL.fullmatch(value)
        if key == "id" or local:
            name = ids.get(local[1] if local else value)
            value = "" if name is None else f"url(#{name})" if local else name
        elif not FUNCTIONS.issuperset(FUNCTION.findall(value)):
            continue
        elif key in GEOMETRY:
            value = _rounded(value, 2 if key == "offset" or FACTOR.search(value) else 1)
        elif key == "font-size":
            value = value.removesuffix("px")
        if key == "transform":
            value = re.sub(r"translate\(0,\s*0\)", "", value).strip()
        if value:
            attributes[key] = value
    return attributes


def _flattened(group: ElementTree.Element) -> ElementTree.Element | None:
    """The group with shared attributes moved up to it; its only child, or None, when it adds nothing."""
    children = list(group)
    if not children:
        return None
    if len(children) > 1:
        for key in INHERITED:
            shared = {child.get(key) for child in children}
            if len(shared) == 1 and None not in shared:
                group.set(key, str(shared.pop()))
                for child in children:
                    del child.attrib[key]
    if len(children) == 1 and not group.attrib:
        return children[0]
    return group


def _rounded(value: str, places: int = 1) -> str:
    """Every decimal number in `value` to so many places at most, without idle zeros: a tenth of a pixel is not seen."""
    return NUMBER.sub(lambda match: f"{round(float(match[0]), places) + 0.0:.10g}", value)


def _serialised(node: ElementTree.Element, paper: bool) -> str:
    values = {key: COLOUR.sub(r"\1", value) if paper else on_page(value) for key, value in node.attrib.items()}
    attributes = "".join(f" {key}={quoteattr(value)}" for key, value in values.items())
    inner = xml_text(node.text or "") + "".join(_serialised(child, paper) for child in node)
    return f"<{node.tag}{attributes}>{inner}</{node.tag}>" if inner else f"<{node.tag}{attributes}/>"


def xml_text(text: str) -> str:
    return escape(visible(text))
