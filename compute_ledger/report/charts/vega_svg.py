"""A Vega-Lite spec becomes one small, inert, static SVG: drawing elements and nothing else.

vl-convert measures text in the book's typeface (see typeface, fonts), so the same spec gives the same bytes on
every machine and the page shows what was measured. V8 starts at the first call: never fork after it.
"""

import copy
import json
from functools import lru_cache
from typing import Any

from compute_ledger.report.charts.drawing_cache import cached
from compute_ledger.report.charts.svg_sanitiser import clean
from compute_ledger.report.errors import RenderError
from compute_ledger.shared.fonts import vl_convert
from compute_ledger.shared.typeface import TYPEFACE

# Vega that stops at its data leaves no error but a drawing without content.
BLANK = "</desc></svg>"


def merge_patch(target: Any, patch: Any) -> Any:
    """RFC 7386: objects merge key by key, null removes, anything else replaces. Neither side is changed."""
    if not isinstance(patch, dict):
        return copy.deepcopy(patch)
    merged = dict(target) if isinstance(target, dict) else {}
    for key, value in patch.items():
        if value is None:
            merged.pop(key, None)
        else:
            merged[key] = merge_patch(merged.get(key), value)
    return merged


def draw(spec: dict[str, Any], exhibit_id: str, title: str, description: str, *, paper: bool = False) -> dict[str, str]:
    """SVG text of the `wide` and (when spec.usermeta.narrow holds a merge patch) the `narrow` variant.

    For `paper` it is the wide one alone, in the colours of paper. Every id starts with `<exhibit_id>-<variant>`.
    RenderError when vl-convert refuses the spec or draws nothing.
    """
    meta = spec.get("usermeta") or {}
    variants = {"wide": spec}
    if meta.get("narrow") and not paper:
        variants["narrow"] = merge_patch(spec, meta["narrow"])
    drawings = {
        name: clean(_convert(variant, exhibit_id), f"{exhibit_id}-{name}", title, description, paper=paper)
        for name, variant in variants.items()
    }
    if any(svg.endswith(BLANK) for svg in drawings.values()):
        raise RenderError(
            f"chart {exhibit_id!r} cannot be drawn: Vega draws nothing; a text such as 'constructor' among its data "
            "does that: write it otherwise"
        )
    return drawings


def _convert(spec: dict[str, Any], exhibit_id: str) -> str:
    if _loads(spec):
        raise RenderError(f"chart {exhibit_id!r} cannot be drawn: it loads data from an address; give it values")
    bare = {key: value for key, value in spec.items() if key != "usermeta"}
    bare["config"] = {**bare.get("config", {}), "font": TYPEFACE.family}
    bare["background"] = "transparent"
    try:
        text = json.dumps(bare)
        return cached(lambda: _svg(text), "svg", text).decode()
    except ValueError as error:
        flaw = " ".join(" ".join(str(error).splitlines()[:2]).split())[:300]  # the second line says what it was
        raise RenderError(f"chart {exhibit_id!r} cannot be drawn: {flaw}") from error


@lru_cache(maxsize=2)  # the two of a chart, which is drawn for the screen and then for paper
def _svg(spec: str) -> bytes:
    return str(vl_convert().vegalite_to_svg(spec, allowed_base_urls=[])).encode()


def _loads(part: Any) -> bool:
    """Whether a spec names data by address: vl-convert would open local files, too."""
    if isinstance(part, list):
        return any(map(_loads, part))
    if not isinstance(part, dict):
        return False
    inner = (value for key, value in part.items() if key not in ("values", "datasets", "usermeta"))
    return isinstance(part.get("url"), str) or any(map(_loads, inner))
