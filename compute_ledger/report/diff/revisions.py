"""Notebooks and ledger of a project as a revision of git has them, read without checking anything out."""

import os
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

from compute_ledger.report.book import toml_file
from compute_ledger.report.book.contents import CONTENTS, SLUG
from compute_ledger.report.book.layout import NOTEBOOKS
from compute_ledger.report.errors import ContentsError, NotebookError, ParameterError
from compute_ledger.report.files import locks
from compute_ledger.shared.text import did_you_mean, nearest

DATA = "data"


@contextmanager
def stored(root: Path, revision: str, editions: Sequence[str], hint: str) -> Iterator[tuple[Path, dict[str, Path]]]:
    """A folder with data/ and the notebooks of the project at `root` as of `revision`, and these by chapter.

    It is gone when the block ends. ParameterError when there is no such revision: it names what is nearest of
    `editions`, branches and tags, or ends with `hint`. ContentsError and NotebookError when it lacks the files.
    """
    commit = _commit(root, revision, editions, hint)
    with locks.temporary() as folder:
        contents = _blob(root, commit, CONTENTS.as_posix())
        if contents is None:
            raise ContentsError(f"{revision} has no {CONTENTS} in the folder of this project")
        _write(folder / CONTENTS, contents)
        notebooks = {}
        for slug, name in _chapters(folder / CONTENTS, revision):
            notebooks[slug] = folder / NOTEBOOKS / f"{slug}.ipynb"
            _write(notebooks[slug], _notebook(root, commit, name, revision))
        for name in _names(root, commit, DATA):
            table = _blob(root, commit, name)
            if table is not None:  # a folder is none
                _write(folder / DATA / PurePosixPath(name).name, table)
        yield folder, notebooks


def _commit(root: Path, revision: str, editions: Sequence[str], hint: str) -> str:
    unknown = f"{revision!r} is no edition, folder or notebook"
    if shutil.which("git") is None:
        raise ParameterError(f"{unknown}, and git, which knows revisions, is not installed{hint}")
    if _git(root, "rev-parse", "--git-dir") is None:
        near = nearest(revision, editions)
        why = f"; did you mean {near!r}?" if near else f", and {root} is in no git repository{hint}"
        raise ParameterError(unknown + why)
    commit = _git(root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
    if commit is not None:
        return commit.decode().strip()
    unknown = f"{revision!r} is no edition, folder, notebook or git revision"
    refs = (_git(root, "for-each-ref", "--format=%(refname:short)") or b"").decode(errors="replace").split()
    if near := nearest(revision, [*editions, *refs]):
        raise ParameterError(f"{unknown}; did you mean {near!r}?")
    if not refs:
        raise ParameterError(f"{unknown}: the repository has no commits yet{hint}")
    if (_git(root, "rev-parse", "--is-shallow-repository") or b"").strip() == b"true":
        raise ParameterError(f"{unknown}; this clone has not all of them: git fetch --unshallow")
    raise ParameterError(f"{unknown}{hint or did_you_mean(revision, editions)}")


def _chapters(contents: Path, revision: str) -> list[tuple[str, str]]:
    """Slug and notebook of each chapter; of all else that a revision may say nothing is asked."""
    place = f"{CONTENTS} of {revision}"
    chapters = toml_file.toml(contents, place, ContentsError).get("chapters")
    entries = chapters if isinstance(chapters, list) else []
    slugs_and_names = [(entry.get("slug"), entry.get("notebook")) for entry in entries if isinstance(entry, dict)]
    good = [(slug, name) for slug, name in slugs_and_names if isinstance(slug, str) and isinstance(name, str)]
    if not good or len(good) < len(entries) or not all(SLUG.fullmatch(slug) for slug, _ in good):
        raise ContentsError(f"{place} does not name the slug and notebook of each of its chapters")
    return good


def _notebook(root: Path, commit: str, name: str, revision: str) -> bytes:
    content = _blob(root, commit, name)
    if content is None:
        notebooks = [path for path in _names(root, commit, str(PurePosixPath(name).parent)) if path.endswith(".ipynb")]
        raise NotebookError(f"{revision} has no {name}, which its {CONTENTS} names{did_you_mean(name, notebooks)}")
    return content


def _names(root: Path, commit: str, folder: str) -> list[str]:
    """Files and folders in a folder of the project."""
    output = _git(root, "ls-tree", "--name-only", "-z", commit, f"{folder}/") or b""
    return [os.fsdecode(name) for name in output.split(b"\0") if name]


def _blob(root: Path, commit: str, name: str) -> bytes | None:
    return _git(root, "cat-file", "blob", f"{commit}:./{name}")


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def _git(root: Path, *words: str) -> bytes | None:
    """What git prints; None where it fails."""
    done = subprocess.run(["git", *words], cwd=root, capture_output=True, check=False)
    return done.stdout if done.returncode == 0 else None
