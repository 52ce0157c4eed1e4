"""Every parameter of every chapter, set to what its help comment rules out: no way of running takes it."""

import re

import pytest
from click.testing import CliRunner
from papermill.cli import papermill

from compute_ledger.ledger.tables.problems import LedgerError
from compute_ledger.report.errors import ParameterError
from compute_ledger.report.notebooks.parameters import check
from compute_ledger.shared.choices import TERM_YEARS, within
from tests.chapters import NOTEBOOKS, parameters_of, run_chapter

CHAPTERS = {path.stem: parameters_of(path.stem) for path in NOTEBOOKS}
EACH = [(chapter, parameter) for chapter, parameters in CHAPTERS.items() for parameter in parameters]


def ruled_out(parameter):
    if parameter.is_date:
        return ["2025-02-30", "20250130"]
    if parameter.choices:
        return [parameter.choices[-1].upper() + "x", ""]
    if parameter.span:
        low, high = parameter.span
        return [high + 1, low - 1, float("nan"), float("inf"), str(parameter.default), True]
    return ["nothing of the sort"]


@pytest.mark.parametrize(
    ("chapter", "parameter"), EACH, ids=[f"{chapter}-{parameter.name}" for chapter, parameter in EACH]
)
def test_a_chapter_in_plain_papermill_or_jupyterlab_refuses_it(chapter, parameter):
    value = ruled_out(parameter)[0]
    with pytest.raises((LedgerError, ValueError), match=re.escape(str(value))):
        run_chapter(chapter, **{parameter.name: value})


@pytest.mark.parametrize("value", [0, 51, float("nan"), float("inf"), "5", True, None])
def test_a_number_out_of_range_or_of_another_type_is_no_number_of_years(value):
    with pytest.raises(ValueError, match=r"default_term_years is .*, but must be a number from 1 to 20"):
        within("default_term_years", value, TERM_YEARS)


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_the_engine_refuses_it_before_anything_runs(chapter):
    parameters = [
        parameter for parameter in CHAPTERS[chapter] if parameter.is_date or parameter.choices or parameter.span
    ]
    cases = [(parameter, value) for parameter in parameters for value in ruled_out(parameter)]
    for parameter, value in cases:
        if value != str(parameter.default):  # text is read, as from a command line
            with pytest.raises(ParameterError, match=parameter.name):
                check(CHAPTERS[chapter], {parameter.name: value}, chapter)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_papermill_lists_each_parameter_with_type_default_and_help(path):
    run = CliRunner().invoke(papermill, ["--help-notebook", str(path)])
    assert run.exit_code == 0
    words = " ".join(run.output.split())
    for parameter in CHAPTERS[path.stem]:
        default = f'"{parameter.default}"' if isinstance(parameter.default, str) else parameter.default
        assert parameter.help
        assert f"{parameter.name}: {parameter.annotation} (default {default}) {parameter.help}" in words
