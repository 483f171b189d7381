# Every target works alone on a clean clone with nothing but Python 3.11 or newer.
# The virtual environment is .venv; data, logs and test databases lie in var. Nothing else is written.
#
#   make demo                  a shop, its books and a pretend Shopify, at work (PORT=, ARGS=--exit)
#   make run                   the same processes on the data that is there
#   make test                  the whole suite (ARGS=, REQUIRE_ALL=1, TEST_DATABASE_URL=, TEST_BROKER_URL=)
#   make lint                  every check that is no test
#   make bench, make chaos     measure speed; measure safety (ARGS=)
#   make setup                 environment and database only

PYTHON ?= python3
PIP := .venv/bin/python -m pip --disable-pip-version-check --quiet
BIN := .venv/bin
ARGS ?=

# A stamp carries the checksum of what it stands for, so a change of the pins installs anew.
checksum = $(shell cksum < requirements/$(1).txt | cut -d' ' -f1)
BASE := .venv/.base-$(call checksum,base)
DEV := .venv/.dev-$(call checksum,dev)

# Rules of djlint that are none: a line break after a heading, an empty tag, the default of a button.
TASTE := H015,H020,H043

export PIP_NO_INPUT := 1

.DEFAULT_GOAL := help
.PHONY: help setup demo run test bench chaos lint

help:
	@sed -n 's/^#  *\(make .*\)/\1/p' Makefile

setup: $(BASE)
	$(BIN)/python manage.py prepare

demo: $(BASE)
	@exec $(BIN)/python manage.py demo $(ARGS)

run: $(BASE)
	@exec $(BIN)/python manage.py up $(ARGS)

test: $(DEV)
	@$(BIN)/python -m tests.run $(ARGS)

bench: $(DEV)
	@$(BIN)/python -m benchmarks $(ARGS)

chaos: $(DEV)
	@$(BIN)/python -m benchmarks.chaos $(ARGS)

lint: $(DEV)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy .
	$(BIN)/lint-imports
	$(BIN)/djlint --lint --quiet --profile=django --ignore=$(TASTE) templates
	$(BIN)/python manage.py makemigrations --check --dry-run
	$(BIN)/python -m tests.deployable

# Installing everything for the checks installs what the product needs as well.
$(DEV): .venv/bin/python
	@echo "Installing what the product and its checks need (requirements/dev.txt) ..."
	@$(PIP) install --require-hashes -r requirements/dev.txt
	@rm -f .venv/.dev-* .venv/.base-* && touch $(BASE) $(DEV)

$(BASE): .venv/bin/python
	@echo "Installing what the product needs (requirements/base.txt) ..."
	@$(PIP) install --require-hashes -r requirements/base.txt
	@rm -f .venv/.base-* && touch $(BASE)

# The first Python that is new enough; a name may exist and still not run.
.venv/bin/python:
	@for python in $(PYTHON) python3 python3.14 python3.13 python3.12 python3.11 python; do \
	    if $$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
	        echo "Making the virtual environment .venv with $$python ..."; \
	        $$python -m venv .venv && exit 0; \
	        rm -rf .venv; \
	        echo "This Python cannot make a virtual environment: install its venv module" \
	             "(Debian and Ubuntu: apt install python3-venv) and try again." >&2; \
	        exit 2; \
	    fi; \
	done; \
	echo "Shopkontor needs Python 3.11 or newer, and none was found." \
	     "Install one, or name it: make PYTHON=/path/to/python3.11 ..." >&2; \
	exit 2
