# Shengwen: `make run` serves the portal, `make test` checks everything that CI checks.
# Both work in a fresh clone; what is already installed is not installed again.

PYTHON ?= python3
HOST ?= 127.0.0.1
PORT ?= 8000
BIN := .venv/bin

# Tests keep their hands off the data of `make run`, but share its models.
TEST_ENV := SHENGWEN_DATA_DIR=$(CURDIR)/var/test SHENGWEN_MODELS_DIR=$(CURDIR)/var/models
# What is not here is skipped; CI names whisper-small too.
TEST_MODELS ?= embedded
MANAGE := $(TEST_ENV) $(BIN)/python manage.py

.DEFAULT_GOAL := help
.PHONY: help run install dev test checks tests tests-sqlite tests-servers format manual-pictures

help:
	@echo "make run     install what is missing and serve on http://$(HOST):$(PORT)  (PORT=, HOST=)"
	@echo "make test    format, lint, types, contracts, templates, migrations, translations, tests"
	@echo "make checks  the same without the tests"
	@echo "make tests   the tests alone: tests-sqlite, then tests-servers (PostgreSQL + Redis)"
	@echo "make format  format Python and templates"
	@echo "make manual-pictures  take the pictures of the manual anew (Chromium)"

run:
	@exec $(PYTHON) -m portal.bootstrap run --host "$(HOST)" --port "$(PORT)"

install:
	@$(PYTHON) -m portal.bootstrap install

dev:
	@$(PYTHON) -m portal.bootstrap install --dev
	@$(MANAGE) vendor_assets --verbosity 0
	@$(MANAGE) compile_translations
	@$(MANAGE) models install $(TEST_MODELS)

test: checks tests
	@echo "make test: everything passed."

checks: dev
	@echo "--- format"
	@$(BIN)/ruff format --check .
	@echo "--- lint"
	@$(BIN)/ruff check .
	@echo "--- types"
	@$(TEST_ENV) $(BIN)/mypy
	@echo "--- import contracts"
	@$(BIN)/lint-imports --no-cache
	@echo "--- templates"
	@find templates -name '*.html' -print0 | xargs -0 $(BIN)/djade --check --target-version 5.2
	@echo "--- migrations"
	@$(MANAGE) makemigrations --check --dry-run
	@echo "--- deployment checks"
	@SHENGWEN_HTTPS=1 SHENGWEN_DEBUG=0 $(MANAGE) check --deploy --fail-level WARNING
	@echo "--- translations"
	@$(MANAGE) compile_translations --check
	@echo "--- static files"
	@$(MANAGE) collectstatic --noinput --clear --verbosity 0

tests: dev
	@$(TEST_ENV) $(BIN)/python -m tests.everything

tests-sqlite: dev
	@echo "--- tests on SQLite"
	@env -u DATABASE_URL -u REDIS_URL $(TEST_ENV) $(BIN)/python -m tests.on_sqlite

tests-servers: dev
	@echo "--- tests on PostgreSQL and Redis"
	@$(TEST_ENV) $(BIN)/python -m tests.on_servers

format:
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix-only .
	@find templates -name '*.html' -print0 | xargs -0 $(BIN)/djade --target-version 5.2

manual-pictures: dev
	@SHENGWEN_TEST_PICTURES=static/help $(TEST_ENV) $(BIN)/python -m pytest -q tests/browser/manual
