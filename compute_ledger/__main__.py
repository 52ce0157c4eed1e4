"""`python -m compute_ledger`: the command `compute-ledger`, where its script is not on the PATH."""

from compute_ledger.cli import main

if __name__ == "__main__":
    main()
