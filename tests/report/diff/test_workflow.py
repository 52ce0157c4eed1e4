"""The step of the CI workflow that says what a pull request changes, run as GitHub runs it."""

import os
import shutil
import subprocess
import sys

import pytest
import yaml

from tests.report.diff.written_notebooks import figures, write
from tests.test_clone import git
from tests.tiny_project import REPO

WORKFLOW = yaml.safe_load((REPO / ".github/workflows/ci.yml").read_text(encoding="utf-8"))
JOB = WORKFLOW["jobs"]["changes"]


@pytest.fixture
def step(project, tmp_path):
    """Run the job's last step on the branch `topic` of a clone; returns its exit code and what it has written."""
    if not shutil.which("git"):
        pytest.skip("no git on this machine; .ci/run installs it")
    write(project / "notebooks/index.ipynb", figures(total=338.0))
    git(project, "init", "-q")
    git(project, "add", "-A")
    git(project, "commit", "-q", "-m", "First")
    clone = tmp_path / "clone"
    git(tmp_path, "clone", "-q", str(project), str(clone))
    git(clone, "checkout", "-q", "-b", "topic")
    (clone / ".venv").symlink_to(sys.prefix)

    def run(base="main"):
        summary = tmp_path / "summary.md"
        environment = os.environ | {"GITHUB_BASE_REF": base, "GITHUB_STEP_SUMMARY": str(summary)}
        command = ["bash", "-e", "-c", JOB["steps"][-1]["run"]]
        done = subprocess.run(command, cwd=clone, env=environment, capture_output=True, text=True, check=False)
        return done.returncode, summary.read_text(encoding="utf-8"), done.stderr

    run.clone = clone
    return run


def test_a_pull_request_is_told_what_it_changes_and_passes(step):
    code, summary, _ = step()
    assert (code, "origin/main and the working tree are alike." in summary) == (0, True)
    write(step.clone / "notebooks/index.ipynb", figures(total=340.0))
    code, summary, _ = step()
    assert code == 0
    assert "| TOTAL | 338.0 | 340.0 | +2 (+0.6%) |" in summary


def test_a_comparison_that_fails_fails_the_job(step):
    code, summary, err = step("mian")
    assert (code, summary) == (1, "")
    assert "'origin/mian' is no edition, folder, notebook or git revision; did you mean 'origin/main'?" in err


def test_the_job_runs_for_pull_requests_with_the_whole_history():
    assert JOB["if"] == "github.event_name == 'pull_request'"
    assert JOB["steps"][0]["with"]["fetch-depth"] == 0
    assert "pull_request" in WORKFLOW[True], "YAML 1.1 takes the word `on` for true"
