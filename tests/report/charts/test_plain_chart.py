"""Plain Altair charts in the place of exhibits: words, tables, widths, and what is no chart of ours to draw."""

import copy
import functools
import json
import random
import re
from xml.etree import ElementTree

import altair as alt
import pandas as pd
import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output

from compute_ledger.report.charts import plain_chart, plain_look
from compute_ledger.report.charts.drawn_rows import MOST_COLUMNS
from compute_ledger.report.charts.vega_svg import draw, merge_patch
from compute_ledger.report.errors import ReportError
from compute_ledger.report.notebooks.altair_outputs import chart_spec
from compute_ledger.shared.chart_look import BLUE, NARROW, PALETTE, WIDTH, on_page
from compute_ledger.shared.mime_types import EXHIBIT, MARKDOWN, VEGA_LITE

SVG = "{http://www.w3.org/2000/svg}"
RAIN = pd.DataFrame(
    {
        "city": ["Bergen", "Cairo", "Lima"],
        "rain": [2250.5, 18, 6],
        "year": pd.to_datetime(["2023-01-01", "2024-01-01", "2025-01-01"]),
        "coast": ["sea", "river", "sea"],
    }
)
BARS = alt.Chart(RAIN).mark_bar().encode(x=alt.X("city", title="City"), y=alt.Y("rain", title="Rain (mm)"))
LINE = alt.Chart(RAIN).mark_line().encode(x="year", y="rain", color="coast")
LIMIT = alt.Chart(pd.DataFrame({"limit": [1000]})).mark_rule().encode(y="limit")
KINDS = {
    "bars": BARS,
    "line": LINE,
    "layers": BARS + LIMIT,
    "facet": BARS.facet("coast:N"),
    "column": BARS.encode(column="coast"),
    "row": BARS.encode(row="coast"),
    "hconcat": BARS | LINE,
    "vconcat": BARS & LINE,
    "nested": (BARS | LINE) & LINE,
    "concat": alt.concat(BARS, LINE, BARS, columns=2),
    "repeat": alt.Chart(RAIN)
    .mark_point()
    .encode(x=alt.X(alt.repeat("column"), type="quantitative"), y="city:N")
    .repeat(column=["rain", "year"]),
    "pie": alt.Chart(RAIN).mark_arc().encode(theta="rain", color="city"),
    "heat": alt.Chart(RAIN).mark_rect().encode(x="coast", y="city", color="rain"),
    "histogram": alt.Chart(RAIN).mark_bar().encode(x=alt.X("rain", bin=True), y="count()"),
    "brush": LINE.add_params(alt.selection_interval()),
    "offset": BARS.encode(xOffset="coast"),
    "wide": BARS.properties(width=2000),
    "step": BARS.properties(width=alt.Step(400)),
    "container": BARS.properties(width="container"),
}


def spec_of(chart):
    return json.loads(json.dumps(chart.to_dict()))


def shown(chart):
    return plain_chart.payload(spec_of(chart), "chart-x")


def drawn(chart):
    return drawing(json.dumps(spec_of(chart)))


@functools.cache
def drawing(spec):
    return draw(plain_look.dressed(json.loads(spec)), "chart-x", "t", "d")


def admitted(*bundles, cell_id="shown"):
    outputs = [new_output("display_data", data=bundle) for bundle in bundles]
    notebook = new_notebook(cells=[new_code_cell("x", id=cell_id, outputs=outputs)])
    problems = plain_chart.admit(notebook, "rain.ipynb")
    return [output["data"] for output in notebook.cells[0].outputs], problems


@pytest.mark.parametrize("renderer", ["default", "html", "mimetype", "jupyterlab"])
def test_a_chart_is_found_in_what_altairs_renderers_write(renderer):
    with alt.renderers.enable(renderer):
        bundle = BARS._repr_mimebundle_()
    assert chart_spec(bundle[0] if isinstance(bundle, tuple) else bundle) == spec_of(BARS)


@pytest.mark.parametrize("template", ["standard", "universal"])
def test_data_may_look_like_the_script_around_them(template):
    hostile = ["</script><script>alert(1)", '})({"mark": "bar"}, ', 'var spec = {"mark": 1};']
    chart = alt.Chart(pd.DataFrame({"a": hostile})).mark_bar().encode(x="a")
    with alt.renderers.enable("html", template=template):
        assert chart_spec(chart._repr_mimebundle_()) == spec_of(chart)


@pytest.mark.parametrize(
    "bundle",
    [
        {"text/plain": "vegaEmbed"},
        {"text/html": "<b>vegaEmbed</b> })({1"},
        {"text/html": 'vegaEmbed })({"a": 1})'},
        {"application/vnd.vegalite.v5+json": {"a": 1}},
        {"application/vnd.vega.v5+json": {"marks": []}},
        {"image/png": "iVBO"},
    ],
)
def test_what_is_no_chart_is_left_as_it_is(bundle):
    assert chart_spec(bundle) is None
    assert admitted(bundle) == ([bundle], [])


def test_title_and_subtitle_are_the_charts_own():
    assert shown(BARS.properties(title="Wet"))["title"] == "Wet"
    titled = shown(BARS.properties(title=alt.Title(["Bergen", "is wet"], subtitle=["by", "far"])))
    assert (titled["title"], titled["subtitle"]) == ("Bergen is wet", "by far")


@pytest.mark.parametrize(
    ("kind", "title"),
    [
        ("bars", "Rain (mm) by City"),
        ("line", "Rain by year"),
        ("layers", "Rain (mm) by City"),
        ("hconcat", "Rain (mm) by City; rain by year"),
        ("histogram", "Number of rows by rain"),
        ("heat", "Rain by coast"),
        ("repeat", "Rain or year by city"),
    ],
)
def test_a_chart_without_title_gets_one_from_its_fields(kind, title):
    assert shown(KINDS[kind])["title"] == title


def test_no_chart_is_without_words():
    for chart in (alt.Chart(RAIN).mark_bar(), alt.Chart().mark_rule(), alt.layer(), alt.hconcat()):
        exhibit = shown(chart)
        assert exhibit["title"]
        assert exhibit["description"]


@pytest.mark.parametrize(
    ("chart", "description"),
    [
        (
            BARS,
            "Bar chart, 3 bars. Across: City (Bergen, Cairo and Lima). Up: Rain (mm), from 6 (Lima) to 2,251 (Bergen).",
        ),
        (
            LINE,
            "Line chart, 2 lines. Across: year, from 2023-01-01 to 2025-01-01. "
            "Up: rain, from 6 (2025-01-01) to 2,251 (2023-01-01). By colour: coast (sea and river).",
        ),
        (
            BARS + LIMIT,
            "Bar chart of 2 layers: 3 bars and 1 rule. Across: City (Bergen, Cairo and Lima). "
            "Up: Rain (mm), from 6 (Lima) to 2,251 (Bergen). Up: limit, 1,000.",
        ),
        (
            alt.Chart(RAIN).mark_bar().encode(x="mean(rain)", y="coast"),
            "Bar chart, 2 bars. Across: mean of rain, from 6 (sea) to 2,251 (sea) in single rows. "
            "Up: coast (sea and river).",
        ),
        (
            alt.Chart(RAIN, description="Made by hand").mark_tick().encode(x="rain").transform_filter("datum.rain > 9"),
            "Made by hand. Strip plot, ticks drawn from 3 rows of data. Across: rain, from 6 to 2,251.",
        ),
        (
            alt.Chart(RAIN.head(1)).mark_tick().encode(x="rain").transform_filter("datum.rain > 9"),
            "Strip plot, ticks drawn from 1 row of data. Across: rain, 2,251.",
        ),
        (
            alt.Chart(RAIN).mark_point().encode(x="rain").facet("coast:N"),
            "A panel for each coast. Scatter plot, 3 points. Across: rain, from 6 to 2,251.",
        ),
    ],
)
def test_the_text_alternative_tells_marks_fields_units_and_ranges(chart, description):
    assert shown(chart)["description"] == description


def test_parts_side_by_side_are_told_one_by_one():
    description = shown(BARS.properties(title="Now") | LINE)["description"]
    assert description.startswith("2 charts side by side. Chart 1, Now: Bar chart, 3 bars.")
    assert "Chart 2: Line chart, 2 lines." in description


def test_the_table_is_the_data_with_the_titles_of_the_chart():
    table = shown(LINE.encode(y=alt.Y("rain", title="Rain (mm)")))["table"]
    assert [(column["name"], column["label"], column["unit"], column["type"]) for column in table["columns"]] == [
        ("year", "year", "", "date"),
        ("rain", "Rain", "mm", "number"),
        ("coast", "coast", "", "string"),
        ("city", "city", "", "string"),
    ]
    assert table["rows"] == [
        ["2023-01-01", 2250.5, "sea", "Bergen"],
        ["2024-01-01", 18, "river", "Cairo"],
        ["2025-01-01", 6, "sea", "Lima"],
    ]


@pytest.mark.parametrize(
    ("values", "kind", "cells"),
    [
        ([1, None, 2.5], "number", [1, None, 2.5]),
        ([1, "", "x"], "string", ["1", "", "x"]),
        ([True, False], "string", ["true", "false"]),
        (["2025-01-01", "2025-02-01T00:00:00"], "date", ["2025-01-01", "2025-02-01"]),
        (["2025-01-01", "soon"], "string", ["2025-01-01", "soon"]),
        ([{"a": 1}, [2]], "string", ['{"a": 1}', "[2]"]),
        ([10**300, -1e-9], "number", [10**300, -1e-9]),
        ([None, None], "string", [None, None]),
    ],
)
def test_types_are_those_of_the_values(values, kind, cells):
    spec = {"data": {"values": [{"v": value} for value in values]}, "mark": "bar", "encoding": {"x": {"field": "v"}}}
    table = plain_chart.payload(spec, "x")["table"]
    assert (table["columns"][0]["type"], [row[0] for row in table["rows"]]) == (kind, cells)


def test_of_several_data_sets_the_largest_is_the_table_and_the_page_says_so():
    exhibit = shown(LIMIT + BARS)
    assert len(exhibit["table"]["rows"]) == 3
    assert exhibit["note"] == "The table holds the largest of the 2 data sets of this chart."
    assert shown(BARS | LINE)["note"] == "", "both draw the same rows"


def test_more_columns_than_a_page_holds_are_told():
    wide = pd.DataFrame({f"c{number}": [number] for number in range(MOST_COLUMNS + 2)})
    exhibit = shown(alt.Chart(wide).mark_bar().encode(x=f"c{MOST_COLUMNS + 1}"))
    assert [column["name"] for column in exhibit["table"]["columns"]][:2] == [f"c{MOST_COLUMNS + 1}", "c0"]
    assert exhibit["note"] == f"It holds the first {MOST_COLUMNS} of {MOST_COLUMNS + 2} columns."


def test_data_that_are_made_in_the_chart_have_no_table():
    exhibit = shown(alt.Chart(alt.sequence(0, 9, as_="n")).mark_bar().encode(x="n:Q"))
    assert exhibit["table"]["columns"] == []
    assert "no table" in exhibit["note"]
    assert (
        shown(alt.Chart(RAIN.head(0)).mark_bar().encode(x="rain:Q"))["note"] == "The data of this chart have no rows."
    )


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_drawn_for_wide_and_narrow_pages(kind):
    pictures = {name: ElementTree.fromstring(svg) for name, svg in drawn(KINDS[kind]).items()}
    assert set(pictures) == {"wide", "narrow"}
    wide, narrow = (float(pictures[name].get("width")) for name in ("wide", "narrow"))
    assert wide <= WIDTH + 1
    assert 0.75 * NARROW < narrow <= NARROW + 1, "the page draws it as wide as a phone"
    for picture in pictures.values():
        tips = [node.text for node in picture.iter(f"{SVG}title") if node.get("id") is None]
        assert tips, "each mark tells its values"


def test_a_tooltip_has_the_titles_and_not_the_names_of_columns():
    tips = re.findall("<title>(.*?)</title>", drawn(BARS)["wide"])
    assert tips == ["City: Bergen; Rain (mm): 2250.5", "City: Cairo; Rain (mm): 18", "City: Lima; Rain (mm): 6"]


def test_what_stands_side_by_side_stands_one_below_another_on_a_phone():
    for kind in ("hconcat", "column", "facet", "repeat"):
        wide, narrow = (ElementTree.fromstring(svg) for svg in drawn(KINDS[kind]).values())
        heights = [float(picture.get("height")) / float(picture.get("width")) for picture in (wide, narrow)]
        assert heights[1] > 1.3 * heights[0], kind


def test_the_look_is_the_books_where_the_author_chose_none():
    assert f'fill="{on_page(BLUE)}"' in drawn(BARS)["wide"]
    assert 'fill="var(--muted, #5c5c5c)"' in drawn(BARS)["wide"]
    assert all(f'stroke="{on_page(shade)}"' in drawn(LINE)["wide"] for shade in PALETTE[:2])
    own_look = BARS.mark_bar(color="#123456").configure_axis(labelColor="#654321").properties(height=111)
    picture = drawn(own_look)["narrow"]
    assert 'fill="#123456"' in picture
    assert 'fill="#654321"' in picture
    assert f'fill="{on_page(BLUE)}"' not in picture
    assert "Wet" not in drawn(BARS.properties(title="Wet"))["wide"], "the title stands above the drawing"


def test_a_width_of_the_authors_stays_where_there_is_room():
    assert plain_look.dressed(spec_of(BARS.properties(width=333)))["width"] == 333
    assert plain_look.dressed(spec_of(BARS.properties(width=WIDTH + 1)))["width"] == WIDTH


@pytest.mark.parametrize("kind", KINDS)
def test_the_patch_makes_the_narrow_chart_of_the_wide_one(kind):
    spec = spec_of(KINDS[kind])
    before = copy.deepcopy(spec)
    wide = plain_look.dressed(spec)
    narrow = merge_patch(wide, wide["usermeta"]["narrow"])
    assert spec == before
    assert narrow["config"]["legend"]["orient"] == "top"
    assert plain_look.patch(wide, narrow) == wide["usermeta"]["narrow"]


@pytest.mark.parametrize(
    ("url", "place"),
    [
        ("https://user:pw@example.org/rain.csv?x=1", "example.org"),
        ("//example.org/a", "example.org"),
        ("file:///etc/passwd", "a file"),
        ("rain.csv", "a file"),
        ("https://[*x*](y)/", "a file"),
    ],
)
def test_a_chart_whose_data_lie_elsewhere_is_a_line_that_says_so(url, place):
    for chart in (alt.Chart(url).mark_bar().encode(x="a:Q"), BARS | alt.Chart(url).mark_bar().encode(x="a:Q")):
        (data,), problems = admitted({"application/vnd.vegalite.v5+json": spec_of(chart)})
        problem = f"a chart that would load its data from {place}; pages load nothing, so give it the values"
        assert data == {MARKDOWN: f"*Not shown: {problem}.*"}
        assert problems == [f"rain.ipynb, cell 'shown': shows {problem}"]


def test_ids_come_from_cells_and_no_two_are_alike():
    bundle = BARS._repr_mimebundle_()
    exhibit = {EXHIBIT: {"id": "chart-1a-2", "table": {}}}
    outputs, problems = admitted(bundle, exhibit, bundle, bundle, cell_id="1a")
    assert [data[EXHIBIT]["id"] for data in outputs] == ["chart-1a", "chart-1a-2", "chart-1a-3", "chart-1a-4"]
    assert problems == []
    assert "text/html" not in outputs[0], "no script goes along"
    assert outputs[0][VEGA_LITE]["width"] <= WIDTH


def test_characters_that_nobody_sees_are_taken_out():
    chart = alt.Chart(pd.DataFrame({"a\u202e": ["x\u200by"], "n": [float("inf")]})).mark_bar().encode(x="n")
    (data,), _ = admitted(chart._repr_mimebundle_())
    assert data[EXHIBIT]["table"]["rows"] == [[None, "xy"]]
    assert data[EXHIBIT]["table"]["columns"][1]["name"] == "a"


def test_any_specification_is_taken_or_refused_in_one_line():
    """Parts of specifications put in the places of others: a notebook may hold what no Altair wrote."""
    chance = random.Random(7)
    junk = [None, 0, -1, "", "x", [], {}, [None], {"field": 1}, {"repeat": "column"}, {"step": 0}, {"values": {"a": 1}}]
    for _ in range(400):
        spec = spec_of(KINDS[chance.choice(list(KINDS))])
        for _ in range(chance.randint(1, 3)):
            place = spec
            while True:
                keys = list(place) if isinstance(place, dict) else range(len(place))
                key = chance.choice(list(keys))
                if isinstance(place[key], dict | list) and place[key] and chance.random() < 0.8:
                    place = place[key]
                    continue
                place[key] = copy.deepcopy(chance.choice(junk))
                break
        try:
            outputs, _ = admitted({"application/vnd.vegalite.v5+json": spec})
        except ReportError:
            continue
        json.dumps(outputs)
