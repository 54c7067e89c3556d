# Needs Python 3.11 or later with venv and pip; everything else comes from the lock, by hash.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/ready
SAMPLE := tests/pdfs/sample-submission.pdf
SAMPLE_JSON := .demo/sample-submission.json

.DEFAULT_GOAL := help
.PHONY: help demo test lint format bench lock clean

help: ## Say what can be made
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

demo: $(READY) ## Tag the sample submission and show what was found
	@mkdir -p $(dir $(SAMPLE_JSON))
	@$(BIN)/wsis tag $(SAMPLE) --format text
	@$(BIN)/wsis tag $(SAMPLE) --quiet -o $(SAMPLE_JSON)
	@echo
	@echo "The whole result as JSON: $(SAMPLE_JSON)"

test: $(READY) ## Run all tests
	$(BIN)/python -m pytest

lint: $(READY) ## Check style and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

format: $(READY) ## Mend what can be mended by itself
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(READY) ## Measure speed and memory, as ratios
	$(BIN)/python scripts/benchmark.py
	$(BIN)/python scripts/benchmark_batch.py

# Needs uv. Tests, demo and CI use the first; the second is what a wheel runs with.
lock: export UV_CUSTOM_COMPILE_COMMAND := make lock
lock: ## Lock the newest versions that fit pyproject.toml
	uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-annotate \
		--python-version 3.11 pyproject.toml -o requirements.lock
	uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-annotate \
		--python-version 3.11 -c requirements.lock pyproject.toml --group dev -o requirements-dev.lock

clean: ## Remove everything that was made
	rm -rf $(VENV) .demo build dist .mypy_cache .pytest_cache .ruff_cache .hypothesis

$(READY): requirements-dev.lock pyproject.toml
	@$(PYTHON) -c 'import sys; v = sys.version_info; v >= (3, 11) or sys.exit(f"Python 3.11 or later is needed; $(PYTHON) is {v[0]}.{v[1]}. Name another: make PYTHON=...")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@
