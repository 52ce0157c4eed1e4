import datetime

import pytest
from nbformat.v4 import new_code_cell, new_notebook

from compute_ledger.report.errors import NotebookError, ParameterError
from compute_ledger.report.notebooks.notebook_file import read_notebook
from compute_ledger.report.notebooks.parameters import check, declared, split_assignment
from tests.tiny_project import NOTEBOOKS


def parameters(source):
    cell = new_code_cell(source, metadata={"tags": ["parameters"]})
    return declared(new_notebook(cells=[cell]), "n.ipynb")


@pytest.fixture(scope="module")
def chapter():
    return declared(read_notebook(NOTEBOOKS / "chapter.ipynb"), "chapter.ipynb")


def test_the_cell_is_the_declaration(chapter):
    named = {parameter.name: parameter for parameter in chapter}
    assert list(named) == ["as_of", "basis", "layers", "entrant_share_pct", "top", "strict", "data_dir"]
    assert named["basis"].choices == ("headline", "annualised", "remaining")
    assert (named["layers"].choices, named["layers"].alone) == (("cloud", "chips", "data_centre"), ("all",))
    assert named["entrant_share_pct"].span == (0.0, 20.0)
    assert named["as_of"].is_date
    assert named["as_of"].default == "latest"


@pytest.mark.parametrize(
    ("name", "argument", "value"),
    [
        ("as_of", "2025-11-07", "2025-11-07"),
        ("as_of", "latest", "latest"),
        ("as_of", datetime.date(2025, 11, 7), "2025-11-07"),
        ("basis", "annualised", "annualised"),
        ("layers", "cloud, chips", "cloud, chips"),
        ("layers", "all", "all"),
        ("entrant_share_pct", "2.5", 2.5),
        ("entrant_share_pct", "20", 20.0),
        ("entrant_share_pct", 3, 3.0),
        ("top", "10", 10),
        ("strict", "true", True),
        ("data_dir", "", ""),
    ],
)
def test_what_is_promised_is_accepted_in_its_type(chapter, name, argument, value):
    checked = check(chapter, {name: argument}, "chapter.ipynb")[name]
    assert checked == value
    assert type(checked) is type(value)


@pytest.mark.parametrize(
    ("name", "argument", "message"),
    [
        ("asof", "2025-11-07", "unknown parameter 'asof' in chapter.ipynb; did you mean 'as_of'?"),
        ("аs_of", "latest", "unknown parameter"),  # a Cyrillic letter
        ("as_of", "2025-02-30", "not a day of the calendar"),
        ("as_of", "7 Nov 2025", "not an ISO date"),
        ("as_of", "20251107", "not an ISO date"),
        ("as_of", "٢٠٢٥-11-07", "not an ISO date"),
        ("as_of", "", "not an ISO date"),
        ("as_of", "latest\n", "control characters"),
        ("basis", "Headline", "did you mean 'headline'?"),
        ("basis", "headline, annualised", "not a choice"),
        ("layers", "cloud,chip", "did you mean 'chips'?"),
        ("layers", "cloud,all", "not a choice"),
        ("layers", "cloud,", "not a choice"),
        ("entrant_share_pct", "20.1", "out of range"),
        ("entrant_share_pct", "-1", "out of range"),
        ("entrant_share_pct", "nan", "not a finite number"),
        ("entrant_share_pct", "inf", "not a finite number"),
        ("entrant_share_pct", "1e999", "not a finite number"),
        ("entrant_share_pct", float("nan"), "not a finite number"),
        ("entrant_share_pct", "1_0", "not a finite number"),
        ("entrant_share_pct", "٣", "not a finite number"),
        ("entrant_share_pct", "5%", "not a finite number"),
        ("entrant_share_pct", True, "not a finite number"),
        ("top", "3.0", "not a whole number"),
        ("top", "11", "out of range"),
        ("top", True, "not a whole number"),
        ("top", "9" * 1000, "(1002 characters)"),
        ("strict", "yes", "not true or false"),
        ("strict", 1, "not true or false"),
        ("data_dir", ["a"], "not text"),
        ("data_dir", "a\x00b", "control characters"),
    ],
)
def test_anything_else_is_refused_in_one_line_naming_the_notebook(chapter, name, argument, message):
    with pytest.raises(ParameterError) as caught:
        check(chapter, {name: argument}, "chapter.ipynb")
    assert message in str(caught.value)
    assert "chapter.ipynb" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_at_most_one_cell_carries_the_tag():
    with pytest.raises(NotebookError, match=r"two-parameters.ipynb has 2 cells tagged 'parameters'; tag one"):
        declared(read_notebook(NOTEBOOKS / "two-parameters.ipynb"), "two-parameters.ipynb")


def test_a_notebook_without_the_tag_has_no_parameters_and_takes_none():
    assert declared(read_notebook(NOTEBOOKS / "no-parameters.ipynb"), "no-parameters.ipynb") == ()
    assert check((), {}, "no-parameters.ipynb") == {}
    message = "unknown parameter 'top' in no-parameters.ipynb; none is declared there: that takes a cell tagged"
    with pytest.raises(ParameterError, match=message):
        check((), {"top": 3}, "no-parameters.ipynb")


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("as_of = 'latest'", "write: name: type = value"),
        ("import os", "write: name: type = value"),
        ("n: list = []", "must be one of str, int, float, bool"),
        ("n: int = len('x')", "must be a literal"),
        ("n: int = 1\nn: int = 2", "declared twice"),
        ("n: int = ", "not valid Python"),
        ("n: int = 30  # 1 to 10", "default breaks its own help"),
        ("n: int = 'x'", "default breaks its own help"),
        ("as_of: str = 'newest'  # ISO date, or latest", "default breaks its own help"),
    ],
)
def test_a_declaration_that_cannot_be_trusted_is_an_error_of_the_notebook(source, message):
    with pytest.raises(NotebookError, match=r"n\.ipynb") as caught:
        parameters(source)
    assert message in str(caught.value)


def test_two_equal_signs_and_a_docstring_are_fine():
    (only,) = parameters('"""What one can set."""\nrule: str = "a=b"  # one of: a=b, c=d')
    assert (only.default, only.choices) == ("a=b", ("a=b", "c=d"))


def test_a_date_may_be_left_empty_where_the_help_says_so():
    declared = parameters('since: str = ""  # ISO date or empty; first day shown')
    assert check(declared, {"since": ""}, "n.ipynb") == {"since": ""}


@pytest.mark.parametrize("text", ["as_of", "import os; x=1", "a-b=1", "=1", "аs_of=1"])
def test_a_name_that_is_no_plain_identifier_never_gets_further(text):
    with pytest.raises(ParameterError):
        split_assignment(text)
