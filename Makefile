# One list of commands. `make help` prints it.
# Stamps under .venv say what is installed, so that a second run starts at once.

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.SUFFIXES:

VENV := .venv
BIN := $(VENV)/bin
JS := tests/js
HOST := 127.0.0.1:8000

# Notices of Material and of plugins about releases that are capped in pyproject.toml.
export NO_MKDOCS_2_WARNING := 1
export DISABLE_MKDOCS_2_WARNING := true
export PIP_DISABLE_PIP_VERSION_CHECK := 1

PIP := $(BIN)/python -m pip --quiet
# The package itself is installed from this folder: a change needs no second install.
SELF := --no-deps --no-build-isolation --editable .

.PHONY: help
help: ## Print this list
	@sed -n 's/^\([a-z]*\):.*## /\1	/p' Makefile | expand -t 12

.PHONY: serve
serve: $(VENV)/run.stamp ## Build the site, serve it under http://127.0.0.1:8000/partways/ and rebuild on change
	$(BIN)/mkdocs serve --livereload --dev-addr $(HOST)

.PHONY: site
site: $(VENV)/run.stamp ## Build the site into site/, a warning is an error
	$(BIN)/mkdocs build --strict

.PHONY: test
test: tools lint types ## Install what the tests need and run everything
	$(BIN)/python -m pytest

.PHONY: check
check: $(VENV)/test.stamp $(VENV)/node.stamp lint types ## Everything that needs no browser
	$(BIN)/partways check
	$(BIN)/python -m pytest -m "not browser"

.PHONY: bench
bench: tools ## Measure; prints ratios taken in one run
	$(BIN)/python tests/perf/bench.py

SCRIPT := generator/partways/runtime/squeezed.js

.PHONY: script
script: $(VENV)/test.stamp $(VENV)/node.stamp ## Squeeze the browser code again, after a change to it
	$(BIN)/python -c "import sys; from partways import bundle; sys.stdout.write(bundle.joined())" \
		| node $(JS)/squeeze.mjs > $(SCRIPT).new
	mv $(SCRIPT).new $(SCRIPT)

.PHONY: format
format: $(VENV)/test.stamp ## Format the Python code and mend what can be mended
	$(BIN)/ruff check --fix-only --quiet .
	$(BIN)/ruff format .

.PHONY: lint
lint: $(VENV)/test.stamp
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

.PHONY: types
types: $(VENV)/test.stamp $(VENV)/node.stamp
	$(BIN)/mypy
	$(JS)/node_modules/.bin/tsc --project $(JS)/tsconfig.json

.PHONY: lock
lock: $(VENV)/made.stamp ## Make the lock files again, with the newest versions that pyproject.toml allows
	$(PIP) install uv==0.13.9
	$(LOCK) --group build --output-file requirements.lock pyproject.toml
	$(LOCK) --group build --group test --constraints requirements.lock \
		--output-file requirements-test.lock pyproject.toml
	npm install --prefix $(JS) --package-lock-only --omit-lockfile-registry-resolved --ignore-scripts

# One file for every system and every Python from 3.11 on; hashes, and no address of a registry.
LOCK := $(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-emit-find-links --no-annotate --no-header

.PHONY: clean
clean: ## Remove what was built and what was installed
	rm -rf $(VENV) .cache .hypothesis .mypy_cache .pytest_cache .ruff_cache dist $(JS)/node_modules
	find site -mindepth 1 ! -name .gitignore -delete
	find generator tests -name __pycache__ -type d -prune -exec rm -rf {} +

# ---- installed once ----

.PHONY: tools
tools: $(VENV)/test.stamp $(VENV)/node.stamp
	@$(BIN)/python tests/chromium.py

$(VENV)/made.stamp:
	.ci/setup venv $(VENV)
	@touch $@

$(VENV)/run.stamp: $(VENV)/made.stamp requirements.lock pyproject.toml
	$(PIP) install --require-hashes --requirement requirements.lock
	$(PIP) install $(SELF)
	@touch $@

# The lock for the tests holds the other one: one install does for both.
$(VENV)/test.stamp: $(VENV)/made.stamp requirements-test.lock requirements.lock pyproject.toml
	$(PIP) install --require-hashes --requirement requirements-test.lock
	$(PIP) install $(SELF)
	@touch $(VENV)/run.stamp $@

$(VENV)/node.stamp: $(VENV)/made.stamp $(JS)/package-lock.json
	.ci/setup node
	cd $(JS) && npm ci --ignore-scripts --no-audit --no-fund --no-update-notifier --loglevel=error
	@touch $@
