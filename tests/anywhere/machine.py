"""What another machine has less of: a home, fonts, a locale, instructions of the processor, rights, memory.

Each function gives environment variables or words to put before a command; MissingError says what this machine lacks
for it. Only the standard library is used: it is there before anything is set up.
"""

import contextlib
import json
import os
import platform
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

# Settings that say where packages come from and whom to trust; the set-up needs them on any machine.
PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy")
REGISTRY = ("PIP_", "UV_", "SSL_CERT_", "NODE_EXTRA_CA_CERTS", "REQUESTS_CA_BUNDLE", "npm_config_", *PROXIES)
OF_HOME = ("XDG_", "JUPYTER", "IPYTHON", "PYENV_VERSION", "FONTCONFIG_", "MPLCONFIGDIR")
FONT_FOLDERS = ("/usr/share/fonts", "/usr/local/share/fonts", "~/.local/share/fonts", "~/.fonts")
FONT_CONFIG = '<?xml version="1.0"?>\n<fontconfig><dir>{fonts}</dir><cachedir>{cache}</cachedir></fontconfig>\n'
NO_LOCALE = {"LANG": "C", "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
OLDEST_CORE = {"x86_64": "Prescott", "amd64": "Prescott", "aarch64": "ARMV8", "arm64": "ARMV8"}
CPU = (
    "import json, numpy._core._multiarray_umath as core; "
    "print(json.dumps([name for name in core.__cpu_dispatch__ if core.__cpu_features__[name]]))"
)


class MissingError(Exception):
    """Why a condition cannot be made on this machine."""


def registry() -> dict[str, str]:
    """The settings of this machine that an installation needs in another home, too."""
    found = {name: value for name, value in os.environ.items() if name.startswith(REGISTRY)}
    config = Path.home() / ".config/pip/pip.conf"
    return ({"PIP_CONFIG_FILE": str(config)} if config.is_file() else {}) | found


def of_this_home() -> list[str]:
    """Variables that lead a program to what this home has."""
    return [name for name in os.environ if name.startswith(OF_HOME)]


def fonts(folder: Path, *, one: bool) -> dict[str, str]:
    """No font at all, or one alone: where there is none Chromium draws no letter."""
    has = folder / "fonts"
    has.mkdir(parents=True)
    if one:
        places = [Path(each).expanduser() for each in FONT_FOLDERS]
        found = sorted(file for place in places for file in place.rglob("*.ttf"))
        if not found:
            raise MissingError("no font is installed")
        plain = [file for file in found if file.name == "DejaVuSans.ttf"]
        shutil.copy((plain or found)[0], has)
    config = folder / "fonts.conf"
    config.write_text(FONT_CONFIG.format(fonts=has, cache=folder / "cache"), encoding="utf-8")
    return {"FONTCONFIG_FILE": str(config)}


def oldest_cpu(python: Path) -> dict[str, str]:
    """Only the instructions that numpy, as installed for `python`, cannot do without, and OpenBLAS's oldest core."""
    # What is switched off here already counts as not there, and would be on again where these settings hold.
    asked = {name: value for name, value in os.environ.items() if name != "NPY_DISABLE_CPU_FEATURES"}
    done = subprocess.run([python, "-c", CPU], env=asked, capture_output=True, text=True, encoding="utf-8", check=True)
    core = OLDEST_CORE.get(platform.machine().lower())
    named = {"OPENBLAS_CORETYPE": core} if core else {}
    return {"NPY_DISABLE_CPU_FEATURES": " ".join(json.loads(done.stdout)), **named}


def another_user() -> list[str]:
    """Words before a command that runs as user 1234, without this user's rights."""
    return _namespace("--map-user=1234", "--map-group=1234", "--")


def mounted(*lines: str) -> list[str]:
    """Words before a command that sees what the `lines` of a shell have mounted; nobody else does."""
    return _namespace("--map-root-user", "--mount", "--", "bash", "-c", " && ".join([*lines, 'exec "$@"']), "bash")


def _namespace(*words: str) -> list[str]:
    if not shutil.which("unshare"):
        raise MissingError("no unshare")
    tried = subprocess.run(
        ["unshare", "--user", *words, "true"], capture_output=True, text=True, encoding="utf-8", check=False
    )
    if tried.returncode:
        raise MissingError(f"no namespace of users: {' '.join(tried.stderr.split())[:100]}")
    return ["unshare", "--user", *words]


@contextlib.contextmanager
def memory(limit_mb: int) -> Iterator[list[str]]:
    """Words before a command that may have so much memory, files in the page cache included, and no swap.

    By a control group of Linux, either version: a limit on addresses, which V8 reserves by the gigabyte, says nothing.
    """
    root = Path("/sys/fs/cgroup")
    new = (root / "cgroup.controllers").is_file()
    group = (root if new else root / "memory") / f"compute-ledger-{os.getpid()}"
    try:
        group.mkdir()
    except OSError as error:
        raise MissingError(f"no right to limit memory: {error.strerror} at {group.parent}") from error
    try:
        limit = group / ("memory.max" if new else "memory.limit_in_bytes")
        try:
            limit.write_text(str(limit_mb * 1024 * 1024), encoding="ascii")
        except OSError as error:
            raise MissingError(f"memory cannot be limited: {error.strerror} at {limit}") from error
        yield ["bash", "-c", 'echo $$ > "$0"/cgroup.procs && exec "$@"', str(group)]
    finally:
        while (group / "cgroup.procs").read_text(encoding="ascii"):  # what a command has left ends in a moment
            time.sleep(0.1)
        group.rmdir()
