"""A notebook with one cell of every kind that notebooks show, and one of each that means ill."""

from typing import Any

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

DOT = (
    "iVBORw0KGgoAAAANSUhEUgAAAAUAAAAFCAYAAACNbyblAAAAHElEQVQI12P4//8/w38GIAXDIBKE0DHxgljNBAAO9TXL0Y4OHwAAAABJRU5Erk"
    "Jggg=="
)
FRAME = """\
import logging, warnings
import pandas as pd
from IPython.display import HTML, JSON, SVG, Javascript, Markdown, Math, display
rows = pd.DataFrame({"supplier": [f"Supplier {i}" for i in range(1234)], "usd_bn": [i / 4 - 3 for i in range(1234)]})
rows"""
STYLER = 'rows.head(2).style.set_uuid("x").set_caption("Styled").highlight_max("usd_bn", color="red")'
LEVELS = """\
pd.DataFrame(
    [[1, 2], [3, 4]],
    index=pd.MultiIndex.from_product([["Oracle"], [2025, 2026]]),
    columns=pd.MultiIndex.from_product([["Paid"], ["low", "high"]]),
)"""
PICTURE = f'display({{"image/png": "{DOT}"}}, metadata={{"image/png": {{"width": 50, "alt": "A dot"}}}}, raw=True)'
STREAMS = """\
print("printed \\x1b[31mred\\x1b[0m")
logging.warning("a warning of logging")
warnings.warn("a warning of Python")"""
EVIL_HTML = """\
HTML('''<h1 id="content" class="topbar">A heading</h1><p style="position:fixed" onclick="alert(1)">Some
<b>bold</b> <a href="https://example.org/">out</a> <a href="javascript:alert(1)">never</a>\\u202eevil</p>
<script>alert(1)</script><style>body { display: none }</style><iframe src="https://example.org/"></iframe>
<form action="https://example.org/"><input name="a"><button>Send</button></form>
<meta http-equiv="refresh" content="0;url=https://example.org/">
<img src="https://example.org/x.png" alt="far away" onerror="alert(1)"><svg onload="alert(1)"></svg>''')"""
EVIL_FRAME = """\
pd.DataFrame(
    {"<script>alert(1)</script>": ["<img src=x onerror=alert(1)>", "=HYPERLINK(1)", "\\u202ea"]}
).style.set_uuid("content").set_table_styles([{"selector": "body", "props": "display: none"}])"""
EVIL_PICTURE = 'display({"image/png": "x\\" onerror=\\"alert(1)", "text/plain": "Broken"}, raw=True)'
EVIL_SVG = """SVG('<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><script>alert(1)</script></svg>')"""
EVIL_PRINT = r"""print("<script>alert(1)</script> a\u202eb \x1b]8;;javascript:alert(1)\x07link\x1b]8;;\x07")"""
HUGE = 'HTML("<table>" + "<tr><td rowspan=9999 colspan=9999>1</td></tr>" * 2000 + "</table>")'


def code(cell_id: str, source: str, *tags: str) -> Any:
    return new_code_cell(source, id=cell_id, metadata={"tags": list(tags)} if tags else {})


def text(cell_id: str, source: str, **fields: Any) -> Any:
    return new_markdown_cell(source, id=cell_id, **fields)


def notebook() -> nbformat.NotebookNode:
    cells = [
        text(
            "title", "# Every kind\n\nBetween $50 billion and $38 billion, $x_i^2$ is a formula and $\\nosuch{x}$ none."
        ),
        code("parameters", 'as_of: str = "latest"', "parameters"),
        text("data", "## Data"),
        code("rows", FRAME),
        code("series", 'rows["usd_bn"].head(3)'),
        code("levels", LEVELS),
        code("styler", STYLER),
        text("pictures", "## Content\n\n![A dot](attachment:a.png)", attachments={"a.png": {"image/png": DOT}}),
        code("svg", 'SVG(\'<svg width="9" height="9"><rect width="9" height="9"/></svg>\')'),
        code("png", PICTURE),
        code("math", r'Math(r"\frac{a}{b}")'),
        code("markdown", 'Markdown("**Bold** and $y$")'),
        code("json", 'JSON({"a": [1, "b"]})'),
        code("streams", STREAMS),
        code("raises", "1 / 0", "raises-exception"),
        code(
            "widget", 'display({"application/vnd.jupyter.widget-view+json": {}, "text/plain": "Slider(0)"}, raw=True)'
        ),
        code("script", 'Javascript("alert(1)")'),
        code("pdf", 'display({"application/pdf": "JVBERi0="}, raw=True)'),
        code("plot", 'HTML("<div></div><script>draw()</script>")'),
        text("tags", "## Tags"),
        code("t1", 'print("of a removed cell")', "remove-cell"),
        code("t2", 'print("without " + "code")', "remove-input"),
        code("t3", 'print("of a removed output")', "remove-output"),
        code("t4", 'print("in a fold")', "hide-output"),
        code("t5", 'print("code in a fold")', "hide-input"),
        code("t6", "rows.head(2)", "hide-output"),
        code("t7", "rows.tail(3)", "hide-output", "remove-input"),
        text("ill", "## What means ill"),
        code("evil-html", EVIL_HTML),
        code("evil-frame", EVIL_FRAME),
        code("evil-picture", EVIL_PICTURE),
        code("evil-svg", EVIL_SVG),
        code("evil-print", EVIL_PRINT),
        code("evil-json", 'JSON({"<script>": "</script><script>alert(1)</script>"})'),
        code("evil-math", r'Math(r"\href{javascript:alert(1)}{\text{<script>alert(1)</script>}}")'),
        code("evil-markdown", r"""Markdown("$\\text{<img src=x onerror=alert(1)>}$ ![x](attachment:../x)")"""),
        code("evil-raise", 'raise ValueError("<script>alert(1)</script>")', "raises-exception"),
        code("huge", HUGE),
    ]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return new_notebook(cells=cells, metadata={"kernelspec": kernel, "language_info": {"name": "python"}})
