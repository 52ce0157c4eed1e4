"""Small notebooks that are written as if they had been run."""

import nbformat

from compute_ledger.ledger import load
from compute_ledger.shared.mime_types import EXHIBIT, KEY_FIGURES, PROVENANCE, VEGA_LITE
from tests.tiny_project import executed

COLUMNS = [
    {"name": "supplier", "label": "Supplier", "unit": "", "type": "string"},
    {"name": "amount", "label": "Amount", "unit": "USD bn", "type": "number"},
]


def figures(**values):
    rows = [
        {"id": k, "label": k.upper(), "value": v, "unit": "USD bn", "as_of": "", "text": str(v)}
        for k, v in values.items()
    ]
    return {KEY_FIGURES: {"figures": rows}}


def chart(title, rows, kind=EXHIBIT):
    spec = {
        "data": {"values": [{"s": s, "a": a} for s, a in rows]},
        "mark": "bar",
        "encoding": {"x": {"field": "a", "type": "quantitative"}},
    }
    about = {"id": "ranked", "title": title, "caption": title, "subtitle": "USD bn", "description": "Bars.", "note": ""}
    about |= {"source_ids": [], "as_of": "2025-11-03", "table": {"columns": COLUMNS, "rows": rows}}
    return {kind: about} | ({VEGA_LITE: spec} if kind == EXHIBIT else {})


def known(folder, as_of):
    ledger = load(folder, as_of)
    return {PROVENANCE: {"data_hash": ledger.data_hash, "as_of": f"{ledger.as_of:%Y-%m-%d}", "min_grade": "C"}}


def write(path, *outputs):
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(executed(*outputs), path)
    return path
