"""pyproject.toml, environment.yml and requirements.lock describe one environment, and none names a registry."""

import os
import re
import subprocess
import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
LOCK = (ROOT / "requirements.lock").read_text()


def declared(*extras: str) -> dict[str, Requirement]:
    """What is asked for, with the extras that an extra includes."""
    requirements = {}
    for table in [PROJECT["project"]["dependencies"], *map(PROJECT["project"]["optional-dependencies"].get, extras)]:
        for requirement in map(Requirement, table):
            name = canonicalize_name(requirement.name)
            requirements |= declared(*requirement.extras) if name == PROJECT["project"]["name"] else {name: requirement}
    return requirements


def conda() -> dict[str, Requirement]:
    *listed, by_pip = yaml.safe_load((ROOT / "environment.yml").read_text())["dependencies"]
    lines = [line for line in [*listed, *by_pip["pip"]] if line != "pip" and not line.startswith("--")]
    requirements = [Requirement(line) for line in lines]
    return {canonicalize_name(requirement.name): requirement for requirement in requirements}


def locked() -> dict[str, list[Requirement]]:
    pins: dict[str, list[Requirement]] = {}
    for line in LOCK.splitlines():
        if "==" in line and not line.startswith(" "):
            pin = Requirement(line.rstrip(" \\"))
            pins.setdefault(canonicalize_name(pin.name), []).append(pin)
    return pins


@pytest.mark.parametrize("package", ["jupyterlab", "pandas", "altair", "papermill", "nbconvert", "pytest", "nbval"])
def test_environment_has_what_the_project_is_built_on(package):
    assert package in conda()


def test_environment_and_pyproject_ask_for_the_same_versions():
    requirements = declared("test", "lab") | {"python": Requirement(f"python{PROJECT['project']['requires-python']}")}
    assert {name: str(pin.specifier) for name, pin in conda().items()} == {
        name: str(pin.specifier) for name, pin in requirements.items()
    }


def test_lock_satisfies_every_requirement_of_pyproject():
    pins = locked()
    requirements = declared("test") | {"flit-core": Requirement(PROJECT["build-system"]["requires"][0])}
    for name, requirement in requirements.items():
        assert name in pins, f"{name} is missing in requirements.lock; run make lock"
        for pin in pins[name]:
            version = next(iter(pin.specifier)).version
            assert requirement.specifier.contains(version), f"{pin} does not satisfy {requirement}; run make lock"


def test_every_pin_of_the_lock_has_a_hash_and_no_address():
    blocks = re.split(r"\n(?=\S)", LOCK.strip())
    assert len(blocks) == sum(map(len, locked().values()))
    for block in blocks:
        assert "--hash=sha256:" in block, block.splitlines()[0]
    assert "://" not in LOCK
    assert "://" not in (ROOT / "environment.yml").read_text()


def test_jupyterlab_is_not_locked_into_the_build():
    # Beside it every import of altair and papermill, and so every kernel, takes 1.3 seconds longer.
    assert not {"jupyterlab", "rfc3987-syntax"} & locked().keys()


def test_the_second_opinion_is_an_extra_that_the_tests_install():
    assert "frictionless" not in declared()
    assert declared("check").keys() - declared().keys() == {"frictionless"}
    assert "frictionless" in declared("test")


@pytest.mark.parametrize("works", [True, False])
def test_setup_does_without_the_checker_of_html_where_npm_cannot_get_it(tmp_path, works):
    npm = tmp_path / "npm"
    npm.write_text("#!/bin/sh\n" + ("exit 0" if works else "echo npm ERR certificate >&2; exit 1") + "\n")
    npm.chmod(0o755)
    ready = tmp_path / "ready"
    run = subprocess.run(
        ["make", f"CHECKER={ready}", ready],
        cwd=ROOT,
        env=os.environ | {"PATH": f"{tmp_path}:{os.environ['PATH']}"},
        capture_output=True,
        text=True,
    )
    assert run.returncode == 0, run.stderr
    assert ready.exists() == works
    assert ("npm ERR certificate" in run.stderr) != works
    assert ("npm could not get the checker of HTML" in run.stdout) != works
