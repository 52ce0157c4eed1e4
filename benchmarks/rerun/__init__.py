"""This report's own notebooks through four tools: what a build, a rerun and a sweep cost with each.

    python -m benchmarks.rerun [--repetitions 5]

(a) compute-ledger; (b) jupyter-book 1.0.4 in an environment of its own, its cache off and on; (c) the command lines of
papermill and nbconvert in a loop; (d) the floor: all cells in one warm process, and its SVGs and pages. Tools take
turns within a repetition, so that a machine that slows down slows them all; ratios are within a repetition. What is
done is stored after each repetition.
"""
