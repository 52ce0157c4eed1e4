import pytest

from compute_ledger.report.outputs.html_sanitiser import cleaned, wants_script

PNG = "data:image/png;base64,AAAA"


@pytest.mark.parametrize(
    ("html", "safe"),
    [
        ("<p>a <b>b</b></p>", "<p>a <b>b</b></p>"),
        ("<script>x</script>y", "y"),
        ("<script>x</script>", ""),
        ("<div id=plot></div>", ""),
        ("<p onclick=x style='position:fixed' class=topbar id=content>a</p>", "<p>a</p>"),
        ("<style>body{display:none}</style>a", "a"),
        ("<iframe src=https://e.org>x</iframe>a", "a"),
        ("<form action=/x><input name=a><button>Send</button>a</form>", "a"),
        ("<meta http-equiv=refresh content=0><base href=/x><link rel=stylesheet href=x>a", "a"),
        ("<svg><script>x</script><a xlink:href='javascript:x'>y</a></svg>a", "a"),
        ("<math><mtext><img src=x onerror=y></mtext></math>a", "a"),
        ("<a href='javascript:x'>a</a>", "<a>a</a>"),
        ("<a href=' java\nscript:x'>a</a>", "<a>a</a>"),
        ("<a href='data:text/html,x'>a</a>", "<a>a</a>"),
        ("<a href='//e.org'>a</a>", "<a>a</a>"),
        ("<a href='other.html'>a</a>", "<a>a</a>"),
        (
            "<a href=https://e.org/?a&b target=x>a</a>",
            '<a rel="noopener noreferrer" href="https://e.org/?a&amp;b">a</a>',
        ),
        ("<img src=https://e.org/x.png alt='a <b>'>", "<em>a &lt;b&gt;</em>"),
        ("<img src=x onerror=y>a", "a"),
        (f"<img src={PNG} onload=x>", f'<img src="{PNG}" alt="">'),
        ("<img src='data:text/html;base64,AAAA' alt=a>", "<em>a</em>"),
        ("<h1>A</h1><h6>B</h6>", '<div class="heading">A</div><div class="heading">B</div>'),
        ("<td colspan=9>", ""),
        ("<table><tr><td colspan='2;x' rowspan=3>1", '<table><tbody><tr><td rowspan="3">1</td></tr></tbody></table>'),
        ("a\u202eb\u200b", "ab"),
        ("<!-- x -->a", "a"),
    ],
)
def test_what_is_left_of_html(html, safe):
    assert cleaned(html) == safe


def test_cleaned_html_is_clean():
    once = str(
        cleaned(f"<b>A</b><img src={PNG} alt='<script>'><a href=https://e.org>b</a><details><summary>c</summary>")
    )
    assert 'alt="&lt;script&gt;"' in once
    assert cleaned(once) == once


def test_no_table_spans_more_than_a_browser_can_lay_out():
    html = "<table>" + "<tr><td rowspan=9999 colspan=9999>1" * 20
    assert "span" in cleaned(html[:100])
    assert "span" not in cleaned(html)


def test_a_script_that_was_left_out_is_noticed():
    assert wants_script("<p>x</p><SCRIPT>y</SCRIPT>")
    assert not wants_script("<p>a script</p>")
