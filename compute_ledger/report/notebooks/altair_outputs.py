"""The Vega-Lite specification in an output of Altair, in whatever way its renderer wrote it there.

The renderers `mimetype` and `jupyterlab` give it a MIME type of its own. The default one and `html` write a page with a
script that would load a library from elsewhere; the specification is an argument in it, as JSON. Renderers that give
pictures leave none.
"""

import json
import math
import re
from collections.abc import Mapping
from typing import Any

from compute_ledger.shared.mime_types import HTML
from compute_ledger.shared.text import visible

VEGA_LITE_TYPE = re.compile(r"application/vnd\.vegalite\.v\d+(?:\.\d+)*[.+]json")
EMBEDDING = "vegaEmbed"
ARGUMENT = re.compile(r"(?:\}\)\(|\b(?:var|const|let) spec = )(?=\{)")
LIKE_A_SPEC = frozenset(
    {"mark", "layer", "hconcat", "vconcat", "concat", "facet", "repeat"}
)  # a specification has one of them


def chart_spec(data: Mapping[str, Any]) -> dict[str, Any] | None:
    """The specification in a MIME bundle, without what nobody sees in its texts; None when there is none."""
    for kind, value in data.items():
        if VEGA_LITE_TYPE.fullmatch(kind) and _is_spec(value):
            return _cleaned(value)
    html = data.get(HTML)
    spec = _in_script(html) if isinstance(html, str) and EMBEDDING in html else None
    return _cleaned(spec) if spec else None


def _in_script(html: str) -> Any:
    decoder = json.JSONDecoder()
    for argument in ARGUMENT.finditer(html):
        try:
            value, _ = decoder.raw_decode(html, argument.end())
        except (ValueError, RecursionError):
            continue
        if _is_spec(value):
            return value
    return None


def _is_spec(value: Any) -> bool:
    return isinstance(value, dict) and not LIKE_A_SPEC.isdisjoint(value)


def _cleaned(value: Any) -> Any:
    """Plain JSON: no unseen characters, no number that JSON lacks."""
    if isinstance(value, str):
        return value if value.isprintable() else visible(value)
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {visible(key): _cleaned(item) for key, item in value.items()}
    return list(map(_cleaned, value)) if isinstance(value, list | tuple) else value
