# Everything a newcomer needs. `make help` lists it.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.DEFAULT_GOAL := help

help: ## List what make can do
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

run: $(VENV)/run ## Set up and run the whole product here: no account, no key, no real phone
	$(BIN)/companion serve

test: $(VENV)/test browser ## Set up and run every check and test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/companion content check
	$(BIN)/pytest -n auto --dist loadgroup

bench: $(VENV)/test ## Measure how long texts are read and how fast they leave, beside a plain way of doing it
	$(BIN)/python -m bench.understanding
	$(BIN)/python -m bench.dispatch
	$(BIN)/python -m bench.catching_up
	$(BIN)/python -m bench.importing
	$(BIN)/python -m bench.today

chaos: $(VENV)/test ## Break things on purpose, tens of thousands of times; a line for each kind of trial
	$(BIN)/python -m tests.chaos --jobs $$(nproc)

golden: $(VENV)/test ## Play the golden conversations and record what came of them; review the diff
	$(BIN)/python -m tests.golden.regenerate

# A stamp beside the environment: made anew only when a lock or the project file changes.
$(VENV)/run: requirements.lock pyproject.toml | $(VENV)/bin/python
	$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $@

$(VENV)/test: requirements-dev.lock $(VENV)/run
	$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements-dev.lock
	touch $@

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

# The browser tests drive the system's Chromium; root can install it, anyone else sees NOT RUN.
browser:
	@command -v chromium >/dev/null || [ "$$(id -u)" != 0 ] || \
		(apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium >/dev/null)

lock: ## Pin every dependency anew, with hashes and no index address (needs uv)
	uv pip compile pyproject.toml --extra build --universal --generate-hashes --no-header -q -o requirements.lock
	uv pip compile pyproject.toml --extra build --extra dev --universal --generate-hashes --no-header -q -o requirements-dev.lock

clean: ## Remove the environment and what the demo stored
	rm -rf $(VENV) var .pytest_cache .mypy_cache .ruff_cache .hypothesis

.PHONY: help run test bench chaos golden browser lock clean
