"""What loading a ledger, a measure of it or its check costs in a process of its own, for benchmarks/ledger_scale.py.

    ledger_step.py load|measure|check FOLDER

On stdout seconds of CPU, peak MB and, of a check, how many problems it found.
"""

import resource
import sys
import time

from compute_ledger.ledger import load
from compute_ledger.ledger.ledger_check import check_folder
from compute_ledger.measures import commitments, concentration


def measure(folder):
    ledger = load(folder)
    deals = commitments.buyer_deals(ledger.deals, "auto")[1]
    return concentration.summary(commitments.by_supplier(commitments.payables(deals, ledger.as_of)))


def main(step: str, folder: str) -> None:
    start = time.process_time()
    result = {"load": load, "measure": measure, "check": check_folder}[step](folder)
    seconds = time.process_time() - start
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    sys.stdout.write(f"{seconds} {megabytes} {len(result) if step == 'check' else 0}\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
