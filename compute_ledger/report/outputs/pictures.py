"""Pictures that a notebook shows, as `<img>` takes them: there no script of an SVG runs, and nothing is loaded."""

import base64
import re
from collections.abc import Mapping
from typing import Any

from compute_ledger.shared.text import visible

BASE64 = re.compile(r"[A-Za-z0-9+/]+=*", re.ASCII)
SVG = "image/svg+xml"
MIME_TYPES = (SVG, "image/png", "image/jpeg", "image/gif")
# An `<img>` draws no SVG that leaves this out, as one inside a page of HTML may.
BARE_SVG = re.compile(r"<svg(?![^>]*\sxmlns=)")
OBJECT = re.compile(r"<[^<>]*>")
UNNAMED = "Picture"
MOST_PX = 10_000


def picture(kind: str, data: Any, metadata: Mapping[str, Any], words: str = "") -> dict[str, Any] | None:
    """Address (of the data themselves), text alternative, width and height in px or None; None when it is broken.

    The text alternative and the size are those of the output's `metadata`, or of the part of it for this kind. An
    alternative that is not there is `words`, unless they only name an object of Python.
    """
    own_metadata = metadata.get(kind)
    about = {**metadata, **own_metadata} if isinstance(own_metadata, Mapping) else metadata
    if not isinstance(data, str):
        return None
    if kind == SVG:
        if "<svg" not in data:
            return None
        svg = BARE_SVG.sub('<svg xmlns="http://www.w3.org/2000/svg"', data, count=1)
        data = base64.b64encode(svg.encode()).decode()
    data = "".join(data.split())
    if not BASE64.fullmatch(data):
        return None
    alt = str(about.get("alt") or "") or description(words)
    return {
        "src": f"data:{kind};base64,{data}",
        "alt": visible(" ".join(alt.split())) or UNNAMED,
        "width": _px(about.get("width")),
        "height": _px(about.get("height")),
    }


def description(words: str) -> str:
    """`words` unless they only name an object of Python, as in `<Figure size 640x480 with 1 Axes>`."""
    return "" if OBJECT.fullmatch(words.strip()) else words


def _px(value: Any) -> int | None:
    try:
        px = round(float(value))
    except (TypeError, ValueError, OverflowError):
        return None
    return px if 0 < px <= MOST_PX else None
