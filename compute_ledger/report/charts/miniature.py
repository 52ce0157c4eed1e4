"""A chart's drawing as a small picture that only decorates: its marks, without words, axes, labels and ids."""

import re
from xml.etree import ElementTree
from xml.sax.saxutils import quoteattr

WORDS = frozenset({"title", "desc", "text", "defs"})
SILENT = frozenset({"id", "clip-path", "font-size", "font-weight", "font-style", "text-anchor"})
EXACT = frozenset({"opacity", "fill-opacity", "stroke-opacity", "stroke-width"})
AXIS = "--grid"  # the colour of axes and grid lines
PLOT = re.compile(r"^<g [^>]*translate\((\d+),", re.ASCII)  # where it begins, right of the names of rows
DECIMAL = re.compile(r"-?\d*\.\d+", re.ASCII)


def miniature(svg: str) -> str:
    """The marks of a chart that `svg_sanitiser.clean` has made, in whole units and named by nobody.

    Nothing where no mark is left, or where one is painted by what the chart keeps apart, such as a gradient.
    """
    root = ElementTree.fromstring(svg)
    body = "".join(map(_marks, root))
    if not body or "url(#" in body:
        return ""
    width, height = (float(root.get(side, "0")) for side in ("width", "height"))
    left = max((float(start) for start in PLOT.findall(body)[:1]), default=0.0)
    box = f"{left:.0f} 0 {width - left:.0f} {height:.0f}"
    return f'<svg class="miniature" viewBox="{box}" aria-hidden="true" preserveAspectRatio="xMinYMid">{body}</svg>'


def _marks(node: ElementTree.Element) -> str:
    """The node as XML, as far as marks are in it."""
    name = node.tag.rpartition("}")[2]
    if name in WORDS or AXIS in node.get("stroke", ""):
        return ""
    inner = "".join(map(_marks, node))
    attributes = "".join(
        f" {key}={quoteattr(_short(key, value))}" for key, value in node.attrib.items() if key not in SILENT
    )
    if name == "g":
        return f"<g{attributes}>{inner}</g>" if inner and attributes else inner
    return f"<{name}{attributes}/>"


def _short(key: str, value: str) -> str:
    return value if key in EXACT else DECIMAL.sub(lambda number: f"{float(number[0]):.0f}", value)
