"""Every page and every picture is valid by the Nu Html Checker, the one behind the W3C's validator.

It is a Java program from npm (package.json beside this file). Of 50 faults planted in a page it let 4 pass;
html-validate, which needs no Java, let 18 pass: unknown roles and attributes, impossible dates, whatever is inside SVG.
"""

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

CHECKER = Path(__file__).parent / "node_modules/vnu-jar/build/dist/vnu.jar"
# Two cores and seconds of life: the small collector and the quick compiler.
JAVA_OPTIONS = ["-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xss4m"]
EXEMPT = re.compile(
    # The checker takes a file for a page without an origin, to which 'self' means nothing; the browser tests know.
    "violates Content Security Policy"
    # Advice: the caption of its table is the heading of such a section.
    "|Section lacks heading"
)


def complaints(files: list[Path]) -> list[str]:
    """Errors and warnings of the checker, one line each."""
    command = ["java", *JAVA_OPTIONS, "-jar", CHECKER, "--format", "json", "--stdout", "--exit-zero-always"]
    run = subprocess.run([*command, "--also-check-svg", *files], capture_output=True, text=True, check=True)
    return [
        f"{each['url'].removeprefix('file:')}:{each.get('lastLine', '')} {each['message']}"
        for each in json.loads(run.stdout)["messages"]
        if not EXEMPT.search(each["message"])
    ]


@pytest.fixture(autouse=True)
def checker() -> None:
    if not shutil.which("java"):
        pytest.skip("no Java on this machine; .ci/run installs it")
    if not CHECKER.is_file():
        pytest.skip("no checker of HTML here; make setup gets it where npm can, and says why where not")


def test_every_page_is_valid(book: Path):
    problems = complaints([*sorted(book.rglob("*.html")), *sorted(book.rglob("*.svg"))])
    assert not problems, "\n".join(problems)


def test_the_checker_sees_a_fault(tmp_path: Path):
    faulty = tmp_path / "faulty.html"
    faulty.write_text('<!DOCTYPE html><html lang="en"><title>x</title><p role="banana">x')
    (complaint,) = complaints([faulty])
    assert "banana" in complaint
