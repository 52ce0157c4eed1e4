"""Calls side by side in a pool, told as each is done."""

import sys
from collections.abc import Callable, Mapping
from concurrent.futures import Executor, Future, as_completed
from typing import Any

from compute_ledger.report.errors import ExecutionError

Done = Callable[[str, Any], None]


def in_parallel(
    what: str,
    tasks: Mapping[str, tuple[Callable[[Any], Any], Any]],
    pool: Executor,
    on_result: Done | None = None,
) -> dict[str, Any]:
    """Results of `tasks` (label -> function, argument) under their labels, in the order of `tasks`.

    `on_result` is called with label and result as soon as there is one.
    """
    from tqdm import tqdm

    futures: dict[Future[Any], str] = {pool.submit(task, argument): label for label, (task, argument) in tasks.items()}
    done: dict[str, Any] = {}
    with tqdm(total=len(futures), desc=what, unit="page", disable=not sys.stderr.isatty(), leave=False) as bar:
        for future in as_completed(futures):
            label = futures[future]
            done[label] = _result(future, label)
            if on_result:
                on_result(label, done[label])
            if not bar.disable:
                bar.write(f"{what.lower()} {label}", file=sys.stderr)
            bar.update()
    return {label: done[label] for label in tasks}


def _result(future: "Future[Any]", label: str) -> Any:
    from concurrent.futures.process import BrokenProcessPool

    try:
        return future.result()
    except BrokenProcessPool as error:
        raise ExecutionError(f"a worker process died while {label} was under way; is there enough memory?") from error
