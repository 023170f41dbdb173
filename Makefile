# `make` alone lists the targets. Nothing here needs an activated environment: it lives in .venv.
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory
BIN := .venv/bin

# make demo PORT=8123
PORT ?= 8000
# Test files are shared out among this many processes, each with a PostgreSQL of its own; make test WORKERS=0 is one.
WORKERS ?= $(shell nproc 2>/dev/null | awk "{print (\$$1 > 4) ? 4 : \$$1}")
SHARED_OUT = -n $(or $(WORKERS),2) --dist loadfile

.PHONY: help demo demo-check test test-fast test-database test-browser lint format bench bench-large faults docs lock env env-dev browser clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: env ## Show Huitou with a sample chain, on this machine (PORT=8000)
	@exec $(BIN)/huitou demo --port $(PORT)

demo-check: env-dev browser ## The same without a person: opens every page as each role, fails on any error
	@exec $(BIN)/python -m tests.browser.check_demo

test: env-dev browser ## Install what the tests need, then run all checks and all suites
	@$(MAKE) lint test-fast test-database test-browser

test-fast: env-dev ## The suite that needs no database and no browser
	@scripts/say "Fast suite (no database)"
	@$(BIN)/pytest -q $(SHARED_OUT) -m "not database and not browser and not realdata"

# Files keep the order in which the longest come first (tests/conftest.py): many short tests are not a long file.
test-database: env-dev
	@scripts/say "Database suite (real PostgreSQL, real data sets where they are)"
	@$(BIN)/pytest -q $(SHARED_OUT) --no-loadscope-reorder -m "(database or realdata) and not browser"

test-browser: env-dev browser
	@scripts/say "Browser suite (real Chromium)"
	@$(BIN)/pytest -q $(SHARED_OUT) -m browser

lint: env-dev ## Style, import contracts, types
	@scripts/say "Style, import contracts, types"
	@$(BIN)/ruff check --quiet .
	@$(BIN)/ruff format --check --quiet .
	@said=$$($(BIN)/lint-imports --no-logo 2>&1) || { echo "$$said"; exit 1; }
	@$(BIN)/mypy --no-error-summary

format: env-dev ## Lay the code out as `make lint` wants it
	@$(BIN)/ruff check --quiet --fix . && $(BIN)/ruff format --quiet .

bench: env-dev ## Every benchmark, each with its ratio to a peer or to its limit
	@exec $(BIN)/python -m benchmarks

# An hour or so the first time, and 30 GB of disk; the chain is kept for the next time.
bench-large: env-dev browser ## The sample chain with 800,000 members: laying it, refreshes, pages, memory and disk
	@exec $(BIN)/python -m benchmarks large

# The long forms take about an hour on two cores; a line now and then says how far they are.
faults: env-dev ## Races, kills and the ledger's model in their long form, each with its figures
	@scripts/say "Races, kills and receipts out of order"
	@HUITOU_FAULTS=long $(BIN)/pytest -q -s -m faults --timeout=14400 -o faulthandler_timeout=0
	@scripts/say "The ledger beside its model, 200,000 steps"
	@$(BIN)/python -m tests.faults.ledger_machine --steps 200000

docs: env-dev ## Write the pages that come from the code, and collect the messages to translate
	@$(BIN)/python scripts/generate_docs.py
	@$(BIN)/python scripts/messages.py

lock: env-dev ## Resolve the dependencies of pyproject.toml anew (needs uv)
	@scripts/lock

env:
	@scripts/environment

env-dev:
	@scripts/environment dev

browser:
	@scripts/install-browser

clean: ## Remove the environment and all caches; data under .huitou stays
	@rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache build dist
	@find src tests benchmarks -name __pycache__ -prune -exec rm -rf {} +
