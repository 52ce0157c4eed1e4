"""The only place that talks to a terminal. Nothing heavy is imported before a command needs it."""

import os
import sys
import traceback

import click

from compute_ledger import __version__, terminal
from compute_ledger.commands.build import build
from compute_ledger.commands.check import check
from compute_ledger.commands.diff import diff
from compute_ledger.commands.params import params
from compute_ledger.commands.pdf import pdf
from compute_ledger.commands.refresh import refresh
from compute_ledger.commands.run import run
from compute_ledger.commands.sweep import sweep
from compute_ledger.commands.verify import verify
from compute_ledger.new_project.init import init
from compute_ledger.report.errors import NO_ROOM, ParameterError, ReportError, TargetError, no_room
from compute_ledger.report.kernels import isolation

CRASHED = 70  # EX_SOFTWARE


@click.group(cls=terminal.Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, message="%(version)s")
def cli() -> None:
    """The Compute Ledger: who powers OpenAI, from a sourced ledger to a static book.

    \b
    Exit codes: 0 done, 1 differs (diff, verify), 2 usage or parameter, 3 contents.toml, 4 notebook,
    5 execution, 6 rendering, 7 data, 8 target folder, 70 a fault of this program (with a traceback),
    130 interrupted, 141 the reader of the output went away.
    """


for command in (build, run, params, sweep, diff, verify, refresh, pdf, check, init):
    cli.add_command(command)


def main() -> None:
    """Entry point: every expected failure is one line on stderr and the exit code of its class.

    Any other is a fault of ours: its traceback, and an exit code that no result has.
    """
    terminal.prepare()
    os.environ.update(isolation.home())
    try:
        code = _code_of_command()
    except Exception:
        _tell(traceback.format_exc())
        code = CRASHED
    sys.exit(code)


def _code_of_command() -> int:
    try:
        code = cli.main(standalone_mode=False)
    except ReportError as error:
        return _failed(str(error), error.exit_code)
    except click.ClickException as error:
        return _failed(error.format_message(), ParameterError.exit_code)
    except (click.Abort, KeyboardInterrupt) as stop:
        # click gives its own exception for ours, and for an end of input, which nothing here reads
        cause = stop.__cause__ or stop.__context__ if isinstance(stop, click.Abort) else None
        if isinstance(cause, EOFError):
            raise cause from None
        return _failed(f"interrupted; {str(cause or '') or str(stop) or 'nothing was published'}", 130)
    except (OSError, terminal.ClosedPipeError) as error:
        if not terminal.is_lost(sys.stdout):
            if isinstance(error, OSError) and error.errno in NO_ROOM:
                return _failed(str(no_room(error)), TargetError.exit_code)
            raise
        terminal.forget(sys.stdout)
        if isinstance(error, terminal.ClosedPipeError):
            return terminal.READER_GONE
        return _failed(f"cannot write to the standard output: {error.strerror}; the work itself is done", 8)
    return code if isinstance(code, int) else 0


def _failed(message: str, code: int) -> int:
    _tell(f"error: {' '.join(message.split())}\n")
    return code


def _tell(text: str) -> None:
    """Print on stderr. Where that cannot be written either, the exit code says it alone."""
    try:
        click.echo(text, err=True, nl=False)
    except OSError:
        terminal.forget(sys.stderr)
