import os
import re
import subprocess
import sys
from xml.etree import ElementTree

import pytest

from compute_ledger.report.charts.svg_sanitiser import clean
from compute_ledger.report.charts.vega_svg import draw, merge_patch
from compute_ledger.report.errors import RenderError
from compute_ledger.shared.typeface import TYPEFACE
from tests.machine_fonts import machine_with

SPEC = {
    "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
    "data": {"values": [{"who": "Wholly measured <b>Label</b>", "n": 1.23456}, {"who": "Beta", "n": 2}]},
    "mark": {"type": "bar", "clip": True},
    "width": 720,
    "autosize": {"type": "fit", "contains": "padding"},
    "encoding": {"x": {"field": "n", "type": "quantitative"}, "y": {"field": "who", "type": "nominal"}},
    "config": {"axis": {"labelColor": "var(--ink, #1b1b1b)"}},
    "usermeta": {"narrow": {"width": 340}},
}
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def drawn():
    return draw(SPEC, "shares", "A <finding>", "Bars & more")


@pytest.mark.parametrize(
    ("target", "patch", "result"),
    [  # from the table in RFC 7386
        ({"a": "b"}, {"a": "c"}, {"a": "c"}),
        ({"a": "b"}, {"b": "c"}, {"a": "b", "b": "c"}),
        ({"a": "b", "b": "c"}, {"a": None}, {"b": "c"}),
        ({"a": ["b"]}, {"a": "c"}, {"a": "c"}),
        ({"a": {"b": "c"}}, {"a": {"b": "d", "c": None}}, {"a": {"b": "d"}}),
        ({"a": [{"b": "c"}]}, {"a": [1]}, {"a": [1]}),
        (["a", "b"], ["c", "d"], ["c", "d"]),
        ({"a": "foo"}, None, None),
        ([1, 2], {"a": "b", "c": None}, {"a": "b"}),
        ({}, {"a": {"bb": {"ccc": None}}}, {"a": {"bb": {}}}),
    ],
)
def test_merge_patch(target, patch, result):
    assert merge_patch(target, patch) == result


def test_both_variants_have_their_widths_and_the_spec_is_left_alone(drawn):
    assert {name: ElementTree.fromstring(svg).get("width") for name, svg in drawn.items()} == {
        "wide": "720",
        "narrow": "340",
    }
    assert SPEC["width"] == 720
    assert set(draw({k: v for k, v in SPEC.items() if k != "usermeta"}, "x", "t", "d")) == {"wide"}


def test_a_screen_reader_meets_one_named_image(drawn):
    root = ElementTree.fromstring(drawn["wide"])
    assert root.get("role") == "img"
    texts = {node.get("id"): node.text for node in root}
    assert texts[root.get("aria-labelledby")] == "A <finding>"
    assert texts[root.get("aria-describedby")] == "Bars & more"
    inside = [node for child in root for node in child.iter()]
    assert not any(key.startswith("aria") or key in ("role", "class", "style") for n in inside for key in n.attrib)


def test_marks_carry_their_label_as_a_tooltip_and_axes_do_not(drawn):
    root = ElementTree.fromstring(drawn["wide"])
    tips = [node.text for node in root.iter(f"{SVG}title") if node.get("id") is None]
    assert len(tips) == 2
    assert "Wholly measured <b>Label</b>" in tips[0]


def test_ids_are_those_of_the_exhibit_and_what_refers_to_them_follows(drawn):
    ids = re.findall(r'\bid="([^"]+)"', drawn["wide"])
    assert len(ids) == len(set(ids)) == 3, "title, desc and the clip path"
    assert all(name.startswith("shares-wide-") for name in ids)
    assert set(re.findall(r"url\(#([^)]+)\)", drawn["wide"])) <= set(ids)
    assert not set(ids) & set(re.findall(r'\bid="([^"]+)"', drawn["narrow"]))


def test_the_same_spec_gives_the_same_bytes_whatever_was_drawn_before(drawn):
    assert draw(SPEC, "shares", "A <finding>", "Bars & more") == drawn


def test_colours_of_the_page_pass_through_and_numbers_are_short(drawn):
    assert 'fill="var(--ink, #1b1b1b)"' in drawn["wide"]
    assert not re.search(r'(d|x|y|width|height|transform)="[^"]*\d\.\d{3}', drawn["wide"])
    assert "font-family" not in drawn["wide"].partition(">")[2]


def test_colours_are_settled_for_paper_in_values_but_not_in_words():
    words = "<text>var(--ink, #1b1b1b)</text></svg>"
    drawing = f'<svg width="9" height="9"><rect width="5" height="1" fill="var(--ink, #1b1b1b)"/>{words}'
    cleaned = clean(drawing, "p", "t", "d", paper=True)
    assert cleaned.endswith(f'<rect width="5" height="1" fill="#1b1b1b"/>{words}')


def test_paper_has_the_wide_drawing_of_the_screen_in_colours_of_its_own(drawn):
    (wide,) = draw(SPEC, "shares", "A <finding>", "Bars & more", paper=True).values()
    assert wide == drawn["wide"].replace("var(--ink, #1b1b1b)", "#1b1b1b")
    assert wide != drawn["wide"]


def test_places_have_a_tenth_of_a_pixel_and_factors_more():
    svg = """<svg xmlns="http://www.w3.org/2000/svg" width="10.26" height="9">
      <path d="M-0.01,123456.78h1.25" transform="translate(1.26,-3.04)" fill="red"/>
      <path d="M0,0h9" transform="scale(0.046)" fill="red"/></svg>"""
    cleaned = clean(svg, "p", "t", "d")
    assert '<path d="M0,123456.8h1.2" transform="translate(1.3,-3)" fill="red"/>' in cleaned
    assert 'transform="scale(0.05)"' in cleaned
    assert 'width="10.3"' in cleaned


def test_hostile_svg_is_reduced_to_drawing():
    hostile = """<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"
      width="10" height="9">
      <script>alert(1)</script><style>*{}</style><foreignObject><p>x</p></foreignObject>
      <a xlink:href="javascript:alert(1)"><rect width="1" height="1" fill="red"/></a>
      <image href="https://example.org/x.png"/><use href="#x"/><animate/>
      <rect width="5" height="1.23456" fill="url(https://example.org/#x)" onclick="alert(1)" style="fill:red"/>
      <rect width="6" height="1" fill="red&quot;/&gt;&lt;script&gt;" clip-path="url(#c)"/>
      <path d="M0,0h1" fill="red" role="graphics-symbol" aria-label="&lt;/title&gt;&lt;script&gt;\u202ex"/>
      <text>a &lt;b&gt; &amp;</text></svg>"""
    svg = clean(hostile, "p", "t", "d")
    names = {node.tag.removeprefix(SVG) for node in ElementTree.fromstring(svg).iter()}
    assert names == {"svg", "title", "desc", "rect", "path", "text"}
    assert not re.search(r"javascript|example|onclick|style|<script|alert\(1\)\"|\u202e", svg)
    assert 'height="1.2"' in svg
    assert "clip-path" not in svg, "it refers to nothing"
    assert "a &lt;b&gt; &amp;" in svg


@pytest.mark.parametrize(
    "attribute",
    [
        'fill="URL(//example.org/x.svg#a)"',
        'fill="var(--x, Url(//example.org/x))"',
        'fill="image-set(//example.org/x 1x)"',
        'stroke="src(//example.org/x)"',
        'clip-path="url(//example.org/x#a)"',
        'id=""',
        'clip-path="url(#nowhere)"',
        'fill="attr(href)"',
        'xmlns:e="http://www.w3.org/2001/xml-events" e:handler="javascript:1"',
        'href="#x"',
    ],
)
def test_a_value_leads_to_no_file(attribute):
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="5" height="1" {attribute}/></svg>'
    assert clean(svg, "p", "t", "d").endswith('</desc><rect width="5" height="1"/></svg>')


LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))


@pytest.mark.parametrize(
    ("svg", "message"),
    [
        (
            f'<!DOCTYPE svg [<!ENTITY l0 "ha">{LAUGHS}]><svg width="1" height="1"><text>&l9;</text></svg>',
            "document type",
        ),
        (
            '<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]><svg width="1" height="1">&x;</svg>',
            "document type",
        ),
        ('<svg width="1" height="1"><text>&x;</text></svg>', "not well-formed"),
        ('<svg width="1" height="1"><g></svg>', "not well-formed"),
        ("\ud800", "not well-formed"),
        ('<svg width="1&quot; onload=&quot;x" height="1"/>', "has the size '1\" onload=\"x' by '1'"),
        ("<svg/>", "has the size '' by ''"),
        (
            f'<svg width="1" height="1">{"<g>" * 5000}<path d="M0,0h1" fill="red"/>{"</g>" * 5000}</svg>',
            "nested too deep",
        ),
    ],
    ids=["laughs", "file", "entity", "torn", "surrogate", "size", "no size", "deep"],
)
def test_what_is_no_drawing_is_an_error(svg, message):
    with pytest.raises(RenderError) as caught:
        clean(svg, "p", "t", "d")
    assert message in str(caught.value)


def test_what_draws_nothing_is_left_out_and_groups_share_attributes():
    svg = clean(
        '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><g><g transform="translate(0,0)" class="x">'
        '<path d="M0,0h0v0h0Z"/><line x2="4" stroke="#888" opacity="1"/><line x2="5" stroke="#888"/></g>'
        '<g class="empty"/></g></svg>',
        "p",
        "t",
        "d",
    )
    assert svg.endswith('</desc><g stroke="#888"><line x2="4"/><line x2="5"/></g></svg>')


@pytest.mark.parametrize("family", [TYPEFACE.family, "Liberation Sans", "Other"])
def test_a_machine_with_fonts_of_its_own_draws_the_same(family, tmp_path):
    """Another machine's fonts must move no label and no pixel, nor its language and time.

    Not even one of the same name, nor one that has letters which ours lacks.
    """
    code = f"""if True:
        import json, os, sys
        from compute_ledger.report.charts import standalone_pictures as pictures, vega_svg as svg
        picture = svg.draw({SPEC!r}, "shares", "A <finding>", "Bars & more")["wide"]
        png = pictures.png(pictures.standalone(picture, "Title Жж 日", "", (), "", "source", ""), 2)
        print(picture, png.hex(), os.environ.get("FONTCONFIG_FILE"), file=open(sys.argv[1], "w"))
    """
    drawn = []
    other_machine = {**machine_with(family, tmp_path), "HOME": str(tmp_path), "LANG": "C", "TZ": "Asia/Tokyo"}
    for number, env in enumerate([{**os.environ}, {**os.environ, **other_machine}]):
        out = tmp_path / str(number)
        subprocess.run([sys.executable, "-c", code, out], env=env, check=True)
        *parts, configuration = out.read_text().rpartition(" ")
        drawn.append(parts)
        assert configuration.strip() == env.get("FONTCONFIG_FILE", "None"), "what others see is left as it was"
    assert drawn[0] == drawn[1]


@pytest.mark.parametrize(
    "change",
    [
        {"mark": "nothing"},
        {"data": {"values": [{"who": "constructor", "n": 1}]}},
        {"data": {"url": "https://example.org/x.json"}},
        {"data": {"url": "file:///etc/passwd"}},
    ],
)
def test_a_spec_that_cannot_be_drawn_here_is_an_error_naming_the_chart(change):
    with pytest.raises(RenderError, match="chart 'shares' cannot be drawn"):
        draw({**SPEC, **change}, "shares", "t", "d")
