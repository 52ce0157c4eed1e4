# Everything a clone needs: `make book` builds the report, `make test` checks all that must hold.
PYTHON ?= python3
BIN := .venv/bin
# Whatever a person's pip is set to do elsewhere, this goes into the environment that it is run in.
unexport PIP_USER PIP_TARGET PIP_PREFIX PIP_ROOT
INSTALL := -m pip install --no-user --quiet --disable-pip-version-check
PIP := $(BIN)/python $(INSTALL)
# Where it is set, every start of Python compiles all it imports anew.
unexport PYTHONDONTWRITEBYTECODE
# The list of certificates that uv brings has not what a company's network signs with; the system's has.
export UV_SYSTEM_CERTS ?= true

# Under make -j two targets would build into one folder at a time; what may run side by side is asked for in `test`.
ifndef SIDE_BY_SIDE
.NOTPARALLEL:
endif

.DEFAULT_GOAL := help
.PHONY: help setup book test lint types unit notebooks site extras lowest audit anywhere reproducible steady fuzz refresh durations bench rerun typeface lab lock clean

help: ## list the targets
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /	/' | expand -t 14

# The lock is the environment: a changed lock or pyproject makes it anew, anything else leaves it alone.
# JupyterLab is not in it (see `make lab`): beside it every kernel starts 1.3 seconds later.
# uv installs ten times as fast; where it has no wheel or cannot reach what pip is set to use, pip does it. What uv said
# is kept, for it reads like the failure that it is not.
.venv/.ready: requirements.lock installer.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed; try: make PYTHON=python3.11 $(MAKECMDGOALS)")'
	@echo "Setting up .venv (once, about a minute)"
	@$(PYTHON) -m venv --clear .venv
	@{ $(PIP) --only-binary :all: --require-hashes -r installer.lock \
	  && $(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements.lock; } 2> .venv/uv.log \
	  || { echo "pip installs instead of uv, which takes a minute more; .venv/uv.log has the reason"; \
	  $(PIP) --no-compile --require-hashes -r requirements.lock; }
	@$(PIP) --no-deps --no-build-isolation --editable .
	@touch $@

book: .venv/.ready ## build the report into book/_build/html
	$(BIN)/compute-ledger build

# The check of types keeps one core busy for half a minute: the unit tests run beside it.
test: lint ## check everything that must hold
	@$(MAKE) --no-print-directory -j2 SIDE_BY_SIDE=1 types unit
	@$(MAKE) --no-print-directory notebooks site

lint: .venv/.ready ## style of the code
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: .venv/.ready ## types of the code
	$(BIN)/mypy

UNIT := -n auto --dist loadgroup --durations 25 tests --ignore tests/book
STORED := --nbval -n auto --dist loadscope notebooks
BUILT := -n auto --dist worksteal --book book/_build/html tests/book

unit: .venv/.ready ## unit tests, in parallel
	$(BIN)/pytest $(UNIT)

notebooks: .venv/.ready ## rerun the notebooks and compare every stored output, strictly
	COMPUTE_LEDGER_PICTURES=0 $(BIN)/pytest $(STORED)

# The checker of HTML comes from npm; where there is none, or it gets none, its test is skipped, with the reason.
CHECKER := tests/book/node_modules/.ready
$(CHECKER): tests/book/package-lock.json
	@npm ci --prefix tests/book --ignore-scripts --no-audit --no-fund --loglevel error && touch $@ \
	  || echo "npm could not get the checker of HTML, for the reason above; its test is skipped until it can"

SET_UP := .venv/.ready $(if $(shell command -v npm),$(CHECKER))
setup: $(SET_UP) ## install what the book and the tests need, and nothing else

# The book is built where there is no network but loopback, as far as the system can do that.
site: $(SET_UP) ## check the built book: links, weight, HTML, and every page in a browser
	$(BIN)/python tests/offline.py $(BIN)/compute-ledger build --strict
	$(BIN)/pytest $(BUILT)

# `pytest -p randomly --randomly-seed=SEED` runs the tests in the same order again.
TIMES ?= 20
steady: book $(SET_UP) ## run all tests TIMES times over, in another random order each time
	@for run in $$(seq $(TIMES)); do seed=$$(date +%s); echo "Run $$run of $(TIMES), seed $$seed"; \
	  $(BIN)/pytest -p randomly --randomly-seed $$seed --quiet $(UNIT) && \
	  COMPUTE_LEDGER_PICTURES=0 $(BIN)/pytest --quiet $(STORED) && \
	  $(BIN)/pytest -p randomly --randomly-seed $$seed --quiet $(BUILT) || exit 1; done

# pyarrow changes what the texts of pandas are made of, so it is not in the environment that makes the book.
extras: .venv/.ready ## test what the extras sweep and cluster add, in an environment of their own
	$(PYTHON) -m venv .venv-extras
	$(BIN)/uv pip install --quiet --python .venv-extras/bin/python --constraint requirements.lock --editable '.[test,sweep,cluster]'
	.venv-extras/bin/pytest -n auto tests/report/sweep/test_sweep.py tests/report/sweep/test_sweep_cluster.py

# A warning of a library of then is no fault of ours.
lowest: .venv/.ready ## run the unit tests with the oldest versions that pyproject.toml admits
	$(PYTHON) -m venv .venv-lowest
	$(BIN)/uv pip install --quiet --python .venv-lowest/bin/python --resolution lowest-direct --editable '.[test]'
	.venv-lowest/bin/pytest -W default $(UNIT)

# Packages that the database does not know count as findings: where it cannot be reached nothing was audited.
audit: ## ask the databases of known weaknesses about what the locks pin
	$(PYTHON) -m venv .venv-audit
	.venv-audit/bin/python $(INSTALL) 'pip-audit>=2.9'
	.venv-audit/bin/pip-audit --strict --disable-pip --require-hashes -r requirements.lock -r installer.lock

typeface: .venv/.ready ## cut the typefaces of the book anew: make typeface FROM=FOLDER (see book/typeface.py)
	$(BIN)/python book/typeface.py "$(FROM)"

fuzz: .venv/.ready ## give the loader, the parameters and the SVG cleaner very many inputs; the whole hostile book
	COMPUTE_LEDGER_LONG=1 $(BIN)/pytest -n auto --dist loadgroup --hypothesis-profile long tests/test_fuzz.py tests/report/site/test_hostile_data.py

refresh: .venv/.ready ## run the notebooks and store their outputs; regenerate the codebook
	$(BIN)/python -m compute_ledger.ledger.codebook
	$(BIN)/compute-ledger refresh

phrases: .venv/.ready ## list the phrases that languages of the book lack, as lines for book/languages
	$(BIN)/python -m compute_ledger.report.site.languages.used_phrases

reproducible: book ## build the book a second time with all that could matter different, and compare
	$(BIN)/python benchmarks/reproducible.py

durations: .venv/.ready ## what the unit tests cost, the dearest first and by file, into benchmarks/test_durations.json
	$(BIN)/pytest $(UNIT) --durations 0 | tee .venv/durations.log
	$(BIN)/python benchmarks/durations.py .venv/durations.log > benchmarks/test_durations.json

bench: .venv/.ready rerun ## what reruns cost, and how loading and measuring grow with the ledger
	$(BIN)/python benchmarks/ledger_scale.py

rerun: .venv/.ready ## what builds, reruns and sweeps cost beside jupyter-book, papermill and nbconvert (hours)
	$(BIN)/python -m benchmarks.rerun

# README's commands in fresh clones; ONLY="oldest-cpu no-fonts" for some conditions, ONLY=--list for their names.
anywhere: ## the book and the tests on machines unlike this one: no fonts, no locale, other CPU, … (half an hour)
	$(PYTHON) -m tests.anywhere --store $(ONLY)

lab: ## JupyterLab in an environment of its own
	$(PYTHON) -m venv .venv-lab
	.venv-lab/bin/python $(INSTALL) --editable '.[lab]'
	.venv-lab/bin/jupyter lab notebooks

lock: ## resolve pyproject.toml anew into requirements.lock (needs uv)
	printf 'uv\n' | uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-annotate - --output-file installer.lock
	printf 'flit_core>=3.12,<4\n' | uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --extra test pyproject.toml - --output-file requirements.lock

clean: ## remove the environment and the built book
	rm -rf .venv .venv-* book/_build tests/book/node_modules
