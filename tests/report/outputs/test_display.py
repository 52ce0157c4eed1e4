import base64

import pytest
from nbformat.v4 import new_output

from compute_ledger.report.outputs.display import of_output
from compute_ledger.report.outputs.terminal_text import plain

PNG = base64.b64encode(b"\x89PNG").decode()
SVG = '<svg width="3"><script>alert(1)</script></svg>'
WIDGET = "application/vnd.jupyter.widget-view+json"


def block(metadata=None, **data):
    bundle = {name.replace("__", "/"): value for name, value in data.items()}
    return of_output(new_output("display_data", data=bundle, metadata=metadata or {}))


def test_a_picture_has_the_size_and_the_words_of_its_metadata():
    picture = block(
        {"image/png": {"width": 640, "height": "480.2", "alt": "A map"}}, image__png=PNG, text__plain="<Figure>"
    )
    assert picture == {
        "kind": "picture",
        "src": f"data:image/png;base64,{PNG}",
        "alt": "A map",
        "width": 640,
        "height": 480,
    }


@pytest.mark.parametrize(
    ("metadata", "words", "alt"),
    [
        ({}, "A map", "A map"),
        ({}, "<Figure size 5x5>", "Picture"),
        ({"alt": "Mine"}, "A map", "Mine"),
        ({"image/png": {"width": -1, "height": "wide"}}, "A\u202e\nmap", "A map"),
    ],
)
def test_a_picture_has_an_alternative(metadata, words, alt):
    picture = block(metadata, image__png=PNG, text__plain=words)
    assert (picture["alt"], picture["width"], picture["height"]) == (alt, None, None)


def test_an_svg_is_a_picture_in_which_no_script_runs():
    picture = of_output(new_output("display_data", data={"image/svg+xml": SVG}))
    drawn = base64.b64decode(picture["src"].removeprefix("data:image/svg+xml;base64,")).decode()
    assert drawn == SVG.replace("<svg", '<svg xmlns="http://www.w3.org/2000/svg"')


@pytest.mark.parametrize(
    ("data", "what"),
    [
        ({WIDGET: {}}, "a widget"),
        ({"application/javascript": "x"}, "a script"),
        ({"application/pdf": "x"}, "a PDF"),
        ({"image/png": '" onerror="x'}, "a picture or recording that is broken, or of a kind unknown here (image/png)"),
        ({"image/svg+xml": "x"}, "a picture or recording that is broken, or of a kind unknown here (image/svg+xml)"),
        ({"text/html": "<script>x</script>"}, "HTML that only a script could fill"),
        ({"text/latex": r"\begin{tabular}{l}x\end{tabular}"}, "LaTeX that is no formula"),
        ({"application/vnd.vegalite.v6+json": {}}, "a plain Altair chart"),
        ({"text/vnd.mermaid": "x"}, "the type text/vnd.mermaid"),
        ({"Text/Plain": "x"}, "the type Text/Plain"),
        ({}, "an output without data"),
    ],
)
def test_what_no_page_can_hold_is_a_line(data, what):
    block = of_output(new_output("display_data", data={**data, "text/plain": "Words"} if data else {}))
    assert (block["kind"], block["what"], block["problem"]) == (
        "unshown",
        what,
        f"shows {what}, which no page can hold",
    )
    assert block["text"] == ("Words" if data else "")


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        ({WIDGET: {}, "text/html": "<b>x</b>"}, "html"),
        ({"text/html": "<script>x</script>", "image/png": PNG}, "picture"),
        ({"text/html": "<b>x</b>", "image/png": PNG}, "html"),
        ({"text/html": "<table><tr><td>1</td></tr></table>"}, "frame"),
        ({"text/latex": "$x$", "image/png": PNG}, "html"),
        ({"text/latex": r"$\nosuch$", "image/png": PNG}, "picture"),
        ({"application/json": {"a": "<b>"}, "text/plain": "x"}, "plain"),
        ({"text/plain": "0    1\ndtype: int64"}, "frame"),
        ({"text/plain": "x"}, "plain"),
    ],
)
def test_of_several_representations_the_best_is_shown_without_a_word(data, kind):
    block = of_output(new_output("display_data", data=data))
    assert block["kind"] == kind
    assert "problem" not in block


@pytest.mark.parametrize(
    ("values", "lines", "download"),
    [
        (None, ["...", "..."], "CSV of what is shown"),
        ([{"index": 0, "n": 0.125}], [0, 0.125], "CSV of the first 1 rows"),
        ([{"index": i, "n": 0.125} for i in range(9)], [8, 0.125], "CSV"),
    ],
)
def test_a_csv_says_how_much_of_a_frame_it_has(values, lines, download):
    html = "<table><tr><th>0</th><td>0.1</td></tr><tr><th>...</th><td>...</td></tr></table><p>9 rows × 1 columns</p>"
    schema = {"schema": {"fields": [{"name": "index"}, {"name": "n"}]}, "data": values}
    resource = {"application/vnd.dataresource+json": schema} if values else {}
    block = of_output(new_output("display_data", data={"text/html": html, **resource}))
    assert (block["size"], block["lines"][-1], block["download"]) == ("1 of 9 rows", lines, download)


def test_html_without_its_script_is_shown_and_named():
    block = of_output(new_output("display_data", data={"text/html": "<b>x</b><script>y</script>"}))
    assert (block["html"], block["problem"]) == ("<b>x</b>", "shows HTML with a script or frame, which was left out")


def test_what_goes_to_stderr_is_shown_and_named():
    block = of_output(new_output("stream", name="stderr", text="\x1b[31mFutureWarning:\x1b[0m x\n"))
    assert (block["text"], block["css"]) == ("FutureWarning: x\n", "stderr")
    assert block["problem"] == "prints a warning or error: 'FutureWarning: x'"


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("\x1b[1;31mred\x1b[0m\x1b[K", "red"),
        ("\x1b]8;;https://e.org\x07link\x1b]8;;\x1b\\", "link"),
        (" 10%|#\r 20%|##\r100%|###\ndone\r\n", "100%|###\ndone\n"),
        ("a\u202eb\x00\x07", "ab"),
    ],
)
def test_text_reads_as_a_terminal_shows_it(written, read):
    assert plain(written) == read
