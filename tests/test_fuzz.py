"""Whatever is given to the loader, to the parser of parameters and to the cleaner of SVG: a result or a clear error.

`pytest --hypothesis-profile long tests/test_fuzz.py` tries very many; what was found stands as @example or in the
tests of the module it was found in.
"""

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree
from xml.sax.saxutils import escape, quoteattr

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from nbformat.v4 import new_code_cell, new_notebook

from compute_ledger.ledger import LedgerError, load
from compute_ledger.ledger.ledger_check import check_folder
from compute_ledger.ledger.rules.integrity_rules import FIGURE_RULES
from compute_ledger.ledger.rules.record_rules import RECORD_RULES
from compute_ledger.ledger.tables.schema import read_schema
from compute_ledger.ledger.tables.table_reader import read_table
from compute_ledger.report.charts.svg_sanitiser import ATTRIBUTES, ELEMENTS, FUNCTIONS, clean
from compute_ledger.report.errors import NotebookError, ParameterError, RenderError
from compute_ledger.report.notebooks.parameters import Parameter, check, declared, split_assignment
from tests.ledger_copy import EXAMPLE, copy_ledger

DEFAULT = settings.get_profile("steady").max_examples


def few(number: int) -> settings:
    """So many examples in the test suite, and those of the profile where one was chosen."""
    chosen = settings.default.max_examples
    return settings(max_examples=number if chosen == DEFAULT else chosen)


# Pieces of CSV that have a meaning, or nearly.
PIECES = [b",", b";", b"\n", b"\r\n", b"\r", b'"', b'""', b"\0", b"\xff", b"\xef\xbb\xbf", b"\xc3", b"\xed\xa0\x80"]
PIECES += [b"'", b"=", b"-", b"1e999", b"nan", b"inf", b"0x1f", b"1_000", "٣".encode(), b"2025-02-30", b"9" * 400]
PIECES += [
    b"9999-12-31",
    b"0001-01-01",
    b"2025Q5",
    b"yes",
    b"NA",
    b"None",
    b" ",
    b"\t",
    "\u202e".encode(),
    b"x" * 11_000,
]
TABLES = sorted(path.stem for path in EXAMPLE.glob("*.csv"))
piece = st.one_of(st.sampled_from(PIECES), st.binary(max_size=4))
# place (a part of the file), bytes taken away there, bytes put there
edits = st.lists(st.tuples(st.floats(0, 1), st.integers(0, 12), piece), min_size=1, max_size=4)


def edited(data: bytes, changes: list[tuple[float, int, bytes]]) -> bytes:
    for place, gone, put in changes:
        at = int(place * len(data))
        data = data[:at] + put + data[at + gone :]
    return data


@pytest.fixture(scope="module")
def sound(tmp_path_factory):
    return copy_ledger(tmp_path_factory.mktemp("sound"))


@pytest.fixture(scope="module")
def reads(sound):
    return {name: read_table(sound, table) for name, table in read_schema(sound).tables.items()}


def assert_one_line(text: str) -> None:
    assert text.isprintable()
    assert len(text) < 1_500


@few(20)
@given(table=st.sampled_from(TABLES), changes=edits)
@example("deals", [(1.0, 0, b'"' + b"x" * 200_000)])
def test_a_table_with_anything_in_it(sound, reads, table, changes):
    """The reader and every rule find faults, or none; nothing else comes of it."""
    path = sound / f"{table}.csv"
    before = path.read_bytes()
    try:
        path.write_bytes(edited(before, changes))
        fresh = {name: replace(read, problems=[]) for name, read in reads.items()}
        fresh[table] = read_table(sound, fresh[table].table)
    finally:
        path.write_bytes(before)
    for rule in (*FIGURE_RULES, *RECORD_RULES):
        rule(fresh)
    for read in fresh.values():
        for problem in read.problems:
            assert_one_line(str(problem))


@few(10)
@given(changes=edits)
def test_a_schema_with_anything_in_it(sound, changes):
    """The ledger loads, or both say what is wrong in one line each."""
    path = sound / "datapackage.json"
    before = path.read_bytes()
    try:
        path.write_bytes(edited(before, changes))
        problems = check_folder(sound, second_opinion=False)
        refused = refusal(sound)
    finally:
        path.write_bytes(before)
    assert problems or not refused
    for message in [*map(str, problems), refused]:
        assert_one_line(message)


def refusal(folder: Path) -> str:
    try:
        load(folder)
    except LedgerError as error:
        return str(error)
    return ""


line = st.builds(
    "{}: {} = {}  # {}".format,
    st.sampled_from(["a", "as_of", "é", "class", "a.b", "a[0]", ""]),
    st.sampled_from(["str", "int", "float", "bool", "str | None", "list[int]", "'str'", ""]),
    st.one_of(st.integers().map(str), st.floats().map(repr), st.text(max_size=8).map(repr), st.text(max_size=8)),
    st.one_of(
        st.sampled_from(["one of: a, b", "any of: a, or all", "0 to 20", "ISO date, or latest", "5 to 1", "one of: "]),
        st.text(max_size=12),
    ),
)


@few(100)
@given(st.one_of(st.lists(line, max_size=3).map("\n".join), st.text(max_size=40)))
@example("a: str = {[]: 1}")
@example("a: int = " + "-" * 3_000 + "1")
@example("a: str = " + "(" * 250 + "''" + ")" * 250)
@example("a: int = " + "9" * 5_000)
@example("\0")
def test_any_declaration(source):
    notebook = new_notebook(cells=[new_code_cell(source, metadata={"tags": ["parameters"]})])
    parameters, message = outcome(NotebookError, declared, notebook, "n.ipynb")
    assert "n.ipynb" in message if message else all(isinstance(parameter, Parameter) for parameter in parameters)
    assert len(message) < 1_500


def outcome(error: type[Exception], function: Callable[..., object], *arguments: object) -> tuple[object, str]:
    """What the function returns and '', or None and what its error says; any other error is raised."""
    try:
        return function(*arguments), ""
    except error as raised:
        return None, str(raised)


DECLARED = """
name: str = "x"
choice: str = "a"  # one of: a, b
many: str = "a"  # any of: a, b, or all
day: str = "latest"  # ISO date, or latest
share: float = 5.0  # 0 to 20
count: int = 3  # 1 to 10
flag: bool = True
perhaps: float | None = None
"""
PARAMETERS = declared(new_notebook(cells=[new_code_cell(DECLARED, metadata={"tags": ["parameters"]})]), "n.ipynb")
KINDS = {"str": str, "int": int, "float": float, "bool": bool}
value = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=20), st.dates(), st.binary()),
    lambda inner: st.one_of(st.lists(inner, max_size=2), st.dictionaries(st.text(max_size=3), inner, max_size=2)),
    max_leaves=4,
)


@few(150)
@given(st.sampled_from([parameter.name for parameter in PARAMETERS]), value)
@example("count", 10**5_000)
@example("share", 10**400)
@example("name", "\ud800")
def test_any_value(name, given_value):
    (parameter,) = [candidate for candidate in PARAMETERS if candidate.name == name]
    checked, message = outcome(ParameterError, check, PARAMETERS, {name: given_value}, "n.ipynb")
    if message:
        assert "n.ipynb" in message
        assert len(message) < 400
    else:
        checked_value = checked[name]
        assert checked_value is None or type(checked_value) is KINDS[parameter.annotation.partition(" ")[0]]


@few(60)
@given(st.text(max_size=30))
def test_any_assignment(text):
    try:
        name, _ = split_assignment(text)
    except ParameterError:
        return
    assert re.fullmatch(r"[A-Za-z_]\w*", name, re.ASCII)


names = st.sampled_from(
    [*ELEMENTS, "script", "style", "foreignObject", "image", "use", "a", "animate", "title", "desc"]
)
keys = st.sampled_from([*ATTRIBUTES, "onclick", "onload", "style", "href", "xlink:href", "class", "aria-label", "role"])
visible_text = st.text(st.characters(codec="utf-8", categories=["L", "N", "P", "S", "Z"]), max_size=12)
values = st.one_of(
    st.sampled_from(
        ["red", "url(#a)", "url( #a )", "URL(//e.org/#a)", "var(--x, url(//e.org))", "a", "0.123456", "none"]
    ),
    st.sampled_from(
        ["translate(1.005,2)", "javascript:x()", "expression(x)", "1e999", "transparent", "0", "M0,0h1", ""]
    ),
    visible_text,
)


def element(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.builds(
        lambda name, attributes, children: "<{0}{1}>{2}</{0}>".format(
            name, "".join(f" {key}={quoteattr(value)}" for key, value in attributes.items()), "".join(children)
        ),
        names,
        st.dictionaries(keys, values, max_size=4),
        st.lists(inner, max_size=3),
    )


trees = st.recursive(visible_text.map(escape), element, max_leaves=12)


@few(40)
@given(st.lists(trees, max_size=3).map("".join))
@example("<text><g>0</g></text>")
@example("<text><tspan/></text>")
def test_any_drawing_is_cleaned_of_all_but_drawing(inner):
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="x" width="9" height="9">{inner}</svg>'
    cleaned = clean(svg, "p", "t", "d")
    root = ElementTree.fromstring(cleaned)
    for node in root.iter():
        name = node.tag.rpartition("}")[2]
        assert name in {*ELEMENTS, "svg", "title", "desc"}
        if node is not root and name not in ("title", "desc"):
            assert node.attrib.keys() <= ATTRIBUTES
            for attribute in node.attrib.values():
                assert {*re.findall(r"([\w-]*)\(", attribute)} <= {*FUNCTIONS, "url"}
                assert "url(" not in attribute or re.fullmatch(r"url\(#p-\d+\)", attribute)
    again = clean(cleaned, "p", "t", "d")
    assert drawn(again) == drawn(cleaned)


def drawn(svg: str) -> list[object]:
    """What a drawing shows: its shapes and texts in order; names of ids and labels aside."""
    shapes = [node for node in ElementTree.fromstring(svg).iter() if node.tag.rpartition("}")[2] not in ("g", "title")]
    return [(node.tag, (node.text or "").strip()) for node in shapes]


@few(60)
@given(st.one_of(st.text(max_size=40), visible_text.map(lambda text: f"<svg>{text}</svg>")))
def test_any_text_as_a_drawing_is_an_error(text):
    with pytest.raises(RenderError):
        clean(text, "p", "t", "d")
