"""One typeface is measured, drawn and shipped, named in one place, and free to be shipped."""

import json
import re
import subprocess
import zipfile

import pytest
from flit_core import buildapi
from fontTools.ttLib import TTFont

from compute_ledger.report.charts import standalone_pictures, vega_svg
from compute_ledger.shared import typeface
from compute_ledger.shared.typeface import STYLES, TEXT_FACE, TYPEFACE, WEIGHTS, faces, page_faces, widths
from tests.machine_fonts import wide_font
from tests.programs import command
from tests.report.pages.test_downloads import pixels, unfiltered
from tests.tiny_project import REPO

TEXT = "Hamburg Éé 1,234 →"
# As wide as its only label and no more.
LABEL = {
    "data": {"values": [{"a": TEXT}]},
    "mark": {"type": "rect", "opacity": 0},
    "encoding": {"y": {"field": "a", "type": "nominal", "axis": {"labelFontSize": 100, "labelLimit": 9999}}},
    "config": {"axis": {"ticks": False, "domain": False, "labelPadding": 0, "title": None}, "view": {"stroke": None}},
    "width": 1,
    "padding": 0,
}
CHINESE = re.compile(
    "[\u2e80-\u9fff]"
)  # the wording of a Chinese page, in tables alone: 3 MB for a typeface of its own
# As data in a stylesheet, which makes them a third longer.
FONT_BYTES = 80_000
SHIPPED = [(face, style) for face in (TYPEFACE, TEXT_FACE) for style in face.styles]


def font(weight, kind, face=TYPEFACE):
    return TTFont(face.file(weight, kind), recalcTimestamp=False)


@pytest.mark.parametrize("weight", WEIGHTS)
def test_what_is_measured_is_what_is_shipped(weight):
    measured, shipped = font(weight, "ttf"), font(weight, "woff2")
    assert measured.keys() == shipped.keys()
    for table in measured.reader.keys() - {"head"}:
        assert measured.reader[table] == shipped.reader[table], table
    heads = [
        {name: value for name, value in vars(face["head"]).items() if name != "checkSumAdjustment"}
        for face in (measured, shipped)
    ]
    assert heads[0] == heads[1]
    assert shipped["OS/2"].usWeightClass == STYLES[weight][0]


@pytest.mark.parametrize("weight", WEIGHTS)
def test_widths_are_those_of_the_font(weight):
    opened = font(weight, "ttf")
    units, advances = opened["head"].unitsPerEm, opened["hmtx"]
    assert widths.letter_widths(weight) == {
        chr(code): advances[glyph][0] / units for code, glyph in opened.getBestCmap().items()
    }
    assert widths.width("日", 10, bold=weight == "SemiBold") == 10, "of a letter that it lacks"


@pytest.mark.parametrize("bold", [False, True])
def test_a_chart_is_measured_by_it(bold):
    axis = LABEL["config"]["axis"] | {"labelFontWeight": "bold" if bold else "normal"}
    drawn = vega_svg.draw({**LABEL, "config": LABEL["config"] | {"axis": axis}}, "a", "t", "d")["wide"]
    (wide,) = re.findall(r'<svg [^>]*?width="([\d.]+)"', drawn)
    assert float(wide) == pytest.approx(widths.width(TEXT, 100, bold=bold), rel=0.01)
    assert f'font-family="{TYPEFACE.shown}"' in drawn


def test_every_letter_of_the_book_is_in_it():
    """Those in its words and data; other names may need other letters, which another font then draws."""
    patterns = ("data/*.csv", "notebooks/*.ipynb", "compute_ledger/exhibits/**/*.py")
    sources = [path for pattern in patterns for path in REPO.glob(pattern)]
    texts = [path.read_text(encoding="utf-8") for path in sources]
    texts += [json.dumps(json.loads(text), ensure_ascii=False) for text in texts if text.startswith("{")]
    letters = {letter for text in texts for letter in text if letter >= " " and not CHINESE.match(letter)}
    assert len(letters) > 100
    for weight in WEIGHTS:
        assert letters - widths.letter_widths(weight).keys() == set()
    in_text = {chr(code) for code in font("Regular", "woff2", TEXT_FACE).getBestCmap()}
    assert letters - in_text == set()


def test_it_is_named_in_one_place():
    ours = [TYPEFACE.family, TYPEFACE.stem, TEXT_FACE.family, TEXT_FACE.stem]
    font_name = re.compile("|".join([*ours, "Liberation Sans", "Arimo"]))
    paths = [path for name in ("compute_ledger", "book/static", "book/templates") for path in (REPO / name).rglob("*")]
    texts = {path: path.read_text(encoding="utf-8") for path in paths if path.suffix in (".py", ".css", ".js", ".j2")}
    naming_files = {path for path, text in texts.items() if font_name.search(text)}
    assert naming_files == {REPO / "compute_ledger/shared/typeface/__init__.py"}


def test_another_in_its_place_is_measured_drawn_and_shipped(tmp_path):
    """A font all of whose letters are twice as wide as high, and black."""
    wide_font("Wide", tmp_path / "Wide-Regular.ttf")
    for name in ("Wide-Regular.woff2", "Wide-SemiBold.woff2"):
        wide_font("Wide", tmp_path / name, "woff2")
    (tmp_path / "Wide.LICENSE.txt").write_text("free")
    words = command("draw_with_typeface", tmp_path)
    done = subprocess.run(words, input=json.dumps(LABEL), capture_output=True, text=True, check=True)
    (drawn, wide, files), pngs = map(json.loads, done.stdout.splitlines())
    assert float(re.search(r'width="([\d.]+)"', drawn)[1]) == pytest.approx(200 * len(TEXT), rel=0.01)
    assert "font-family=\"'Wide', Arial, sans-serif\"" in drawn
    assert wide == 40
    assert files["Wide.LICENSE.txt"] == "free"
    for name in ("alone.svg", "report.css"):
        assert "@font-face{font-family:'Wide';font-weight:400" in files[name]
        assert TYPEFACE.family not in files[name]
    assert [inked(bytes.fromhex(png)) for png in pngs] == pytest.approx(2 * [1.5 * 190 * len(TEXT)], rel=0.01)


def inked(png):
    """How many pixels of the fullest row are not white."""
    width, _, rows = pixels(png)
    return max(sum(row[i : i + 3] != b"\xff\xff\xff" for i in range(0, len(row), 4)) for row in unfiltered(rows, width))


@pytest.mark.parametrize(("face", "style"), SHIPPED)
def test_its_name_is_its_own_and_its_licence_lies_beside_it(face, style):
    names = {record.nameID: record.toUnicode() for record in font(style, "woff2", face)["name"].names}
    assert names[1] == face.family
    licence = face.licence.read_text(encoding="utf-8")
    (reserved,) = re.findall(r"Reserved Font Name .(\w+)\W", licence)
    assert not [name for number, name in names.items() if number in (1, 2, 4, 6) and reserved in name]
    assert "SIL OPEN FONT LICENSE Version 1.1" in licence
    (holder,) = re.findall(r"IBM|Adobe", names[0])
    assert re.match(rf"Copyright .*{holder}", licence), "the copyright that the font names"
    assert "Open Font License" in names[13]


@pytest.mark.parametrize(("face", "style"), SHIPPED)
def test_columns_of_figures_align(face, style):
    """Figures of a weight are as wide as each other, without a feature that a program may not know."""
    opened = font(style, "woff2", face)
    letters, advances = opened.getBestCmap(), opened["hmtx"]
    assert len({advances[letters[ord(figure)]][0] for figure in "0123456789"}) == 1


def test_a_page_carries_little_of_it():
    assert len(page_faces()) <= FONT_BYTES
    assert page_faces().count("@font-face") == len(SHIPPED)
    assert faces().count("@font-face") == len(WEIGHTS)


def test_an_installed_package_has_its_files(tmp_path, monkeypatch):
    monkeypatch.chdir(REPO)
    with zipfile.ZipFile(tmp_path / buildapi.build_wheel(str(tmp_path))) as wheel:
        there = {
            name.rpartition("/")[2] for name in wheel.namelist() if name.startswith("compute_ledger/shared/typeface/")
        }
        (metadata,) = [wheel.read(name).decode() for name in wheel.namelist() if name.endswith("METADATA")]
    assert {path.name for path in typeface.FOLDER.iterdir() if path.is_file()} <= there
    assert "License-Expression: MIT AND OFL-1.1" in metadata


def test_a_file_to_take_along_brings_it():
    drawing = vega_svg.draw(LABEL, "a", "t", "d")["wide"]
    standalone_svg = standalone_pictures.standalone(drawing, "Title", "", (), "", "", "</desc> in words")
    svg = standalone_pictures.as_file(standalone_svg).decode()
    assert svg.count("<style>") == 1
    assert svg.replace(f"<style>{faces()}</style>", "") == standalone_svg
