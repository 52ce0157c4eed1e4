"""Any output of a notebook to a block of a page: the best of its representations that a page can hold.

Kinds of block: `frame` (a table of data), `html` (cleaned HTML or a formula), `picture`, `plain` (text; its `css` is
`stderr` or `traceback` where it is that), `unshown` (a line in the place of what no page can hold, with the output's
own words below it). What readers or authors should know is in `problem`.
"""

import json
import re
from collections.abc import Mapping
from typing import Any

from compute_ledger.report.outputs import frames, html_sanitiser, mathml, pictures
from compute_ledger.report.outputs.terminal_text import plain
from compute_ledger.shared.mime_types import PLAIN
from compute_ledger.shared.text import visible

Block = dict[str, Any]
HTML, LATEX, JSON, DATA_RESOURCE = "text/html", "text/latex", "application/json", "application/vnd.dataresource+json"
MOST_HTML = 2_000_000  # characters: of a table the rest of the rows is left out, of other HTML nothing can be
ORDER = (HTML, LATEX, *pictures.MIME_TYPES, JSON)
NAMED = (
    (r"application/vnd\.vegalite\..*", "a plain Altair chart"),
    (r"application/vnd\.jupyter\.widget-.*", "a widget"),
    (r"(?:application|text)/(?:x-)?(?:java|ecma)script", "a script"),
    (r"application/pdf", "a PDF"),
    (r"(?:image|audio|video)/.*", "a picture or recording that is broken, or of a kind unknown here ({})"),
    (r"text/html", "HTML that only a script could fill"),
    (r"text/latex", "LaTeX that is no formula"),
)


def of_output(output: Mapping[str, Any]) -> Block:
    """The block of a stream, a traceback or an object shown."""
    if output["output_type"] == "stream":
        text = plain(output["text"])
        if output["name"] != "stderr":
            return {"kind": "plain", "text": text}
        problem = f"prints a warning or error: {' '.join(text.split())[:200]!r}"
        return {"kind": "plain", "text": text, "css": "stderr", "problem": problem}
    if output["output_type"] == "error":
        return {"kind": "plain", "text": plain("\n".join(output["traceback"])), "css": "traceback"}
    data, metadata = output["data"], output.get("metadata", {})
    words = plain(str(data.get(PLAIN) or ""))
    tried = (_shown(kind, data, metadata, words) for kind in ORDER if kind in data)
    block = next(filter(None, tried), None)
    if block:
        return block
    other_kinds = sorted(set(data) - {PLAIN, DATA_RESOURCE})
    if other_kinds or PLAIN not in data:
        return unshown(" and ".join(map(_named, other_kinds)) or "an output without data", pictures.description(words))
    series = frames.of_series(words)
    return _frame(series, data) if series else {"kind": "plain", "text": words}


def unshown(what: str, words: str = "") -> Block:
    """A line in the place of `what` no page can hold; `words` are those that the output has for it."""
    return {"kind": "unshown", "what": what, "text": words, "problem": f"shows {what}, which no page can hold"}


def _shown(kind: str, data: Mapping[str, Any], metadata: Mapping[str, Any], words: str) -> Block | None:
    """The representation of that kind, or None when nothing of it can be shown."""
    if kind == HTML:
        return _html(str(data[HTML]), data)
    if kind == LATEX:
        latex = mathml.lone_formula(str(data[LATEX]))
        formula = mathml.formula(latex, display=True) if latex else None
        return {"kind": "html", "html": mathml.block(formula), "words": words} if formula else None
    if kind == JSON:
        return {"kind": "plain", "text": visible(json.dumps(data[JSON], indent=2, ensure_ascii=False))}
    picture = pictures.picture(kind, data[kind], metadata, words)
    return {"kind": "picture", **picture} if picture else None


def _html(html: str, data: Mapping[str, Any]) -> Block | None:
    cleaned = html_sanitiser.cleaned(html)
    if not cleaned:
        return None
    frame = frames.of_html(cleaned)
    if frame:
        return _frame(frame, data)
    if len(cleaned) > MOST_HTML:
        return unshown(f"HTML of {len(cleaned):,} characters")
    block = {"kind": "html", "html": cleaned, "words": cleaned.striptags()}
    if html_sanitiser.wants_script(html):
        block["problem"] = "shows HTML with a script or frame, which was left out"
    return block


def _frame(frame: frames.Frame, data: Mapping[str, Any]) -> Block:
    whole_rows = frames.of_data_resource(data.get(DATA_RESOURCE))
    return {
        "kind": "frame",
        "caption": frame.caption,
        "head": frame.head_html(),
        "body": frame.body_html(),
        "size": frame.size,
        "lines": whole_rows or frame.lines(),
        "download": _download(frame, whole_rows),
        "words": frame.words(),
    }


def _download(frame: frames.Frame, whole_rows: list[list[Any]] | None) -> str:
    """What its CSV is called: how much of the frame the notebook holds."""
    if not whole_rows:
        return "CSV of what is shown" if frame.is_cut else "CSV"
    row_count = len(whole_rows) - 1
    return f"CSV of the first {row_count:,} rows" if row_count < (frame.whole_rows or 0) else "CSV"


def _named(kind: str) -> str:
    words = next((words for pattern, words in NAMED if re.fullmatch(pattern, kind, re.IGNORECASE)), "the type {}")
    return words.format(visible(kind))
