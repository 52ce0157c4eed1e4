"""Where the sources of a book are published: the address of a file at the commit from which the book is made."""

import os
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

from compute_ledger.report.errors import ContentsError

FIELDS = ("commit", "path", "first", "last")
PLAIN = r"[^\s\"'<>{}\\]"
ADDRESS = re.compile(rf"https?://{PLAIN}+(\{{({'|'.join(FIELDS)})\}}{PLAIN}*)+")
GIT_TIMEOUT_S = 30


@dataclass(frozen=True)
class PublishedSources:
    """`address` has {commit}, {path}, {first} and {last} (lines) to fill in; it is empty where nothing is published.

    `commit` is empty where git knows none, `folder` is that of the project in the repository ("" or with a slash at
    its end), `changed` are the Python files, by their paths in the repository, that are not as the commit has them.
    """

    address: str = ""
    commit: str = ""
    folder: str = ""
    changed: tuple[str, ...] = ()

    def href(self, path: str, first_line: int, last_line: int) -> str:
        """The address of lines of a file of the project; "" where it is published at none, or not as it is here."""
        if not (self.address and self.commit) or self.is_changed(path):
            return ""
        return self.address.format(commit=self.commit, path=self.folder + path, first=first_line, last=last_line)

    def is_changed(self, path: str) -> bool:
        """Whether a file of the project is not as the commit has it."""
        return self.folder + path in self.changed


def checked_address(address: str, place: str) -> str:
    """`address` as it is; ContentsError when it is none in which the path of a file could be filled in."""
    if address and not (ADDRESS.fullmatch(address) and "{path}" in address and "{commit}" in address):
        raise ContentsError(
            f"{place} {address!r} is no address of a file; write it as "
            "https://github.com/OWNER/NAME/blob/{commit}/{path}#L{first}-L{last}"
        )
    return address


def of_commit(address: str, root: Path) -> PublishedSources:
    """The sources of the project in the folder `root` as git has them; git is asked only where there is an address."""
    if not address:
        return PublishedSources()
    try:
        commit, folder = _git(root, "rev-parse", "HEAD", "--show-prefix").split("\n")[:2]
        changed = _git(root, "status", "--porcelain", "--no-renames", "-z", "-uall", "--", ":(top)*.py")
    except (OSError, subprocess.SubprocessError):  # no git, or no commit: then there is nothing to lead to
        return PublishedSources(address)
    paths = sorted(entry[3:] for entry in changed.split("\0") if entry)
    return PublishedSources(address, commit, folder, tuple(paths))


def _git(root: Path, *arguments: str) -> str:
    done = subprocess.run(
        ["git", "-C", str(root), *arguments],
        capture_output=True,
        check=True,
        encoding="utf-8",
        errors="replace",
        env={**os.environ, "GIT_OPTIONAL_LOCKS": "0"},
        stdin=subprocess.DEVNULL,
        timeout=GIT_TIMEOUT_S,
    )
    return done.stdout
