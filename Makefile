# Two commands do all the set-up: `make lab` and `make test`. `make help` lists the rest.
VENV := .venv
BIN := $(VENV)/bin
PYTHON ?= python3
PIP := $(BIN)/python -m pip install --disable-pip-version-check --quiet

.DEFAULT_GOAL := help
.PHONY: help environment setup lab test oracle exercises lessons check-lessons lint bench lock versions site clean

help: ## list what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "%-16s%s\n", $$1, $$2 }' $(MAKEFILE_LIST)

lab: $(VENV)/.lab ## set up, warm the kernels, open Jupyter on the lessons
	@$(BIN)/minidl doctor
	@$(BIN)/minidl lab $(LAB)

environment: $(VENV)/.lab ## set up what a learner needs, and open nothing

test: setup ## set up, then run the tests
	@echo "minidl: running the tests"
	@$(BIN)/python -m pytest -n 2 --dist worksteal -m "not oracle and not exhaustive" $(or $(TEST),tests)

oracle: setup $(VENV)/.oracle ## compare every operation with PyTorch (installs it)
	@$(BIN)/python -m pytest -n 2 --dist worksteal tests/oracle $(TEST)

bench: setup $(VENV)/.oracle ## time minidl against PyTorch, side by side
	@$(BIN)/python -m benchmarks $(BENCH)

exercises: setup ## write the exercise stubs from the solutions
	@$(BIN)/python tools/exercises.py

lessons: setup ## build the notebooks from lessons/source and run them
	@$(BIN)/python tools/lessons.py $(LESSONS)

check-lessons: setup ## run every notebook afresh and compare it with its source
	@$(BIN)/python tools/lessons.py --check $(LESSONS)

lint: setup ## style and types
	@$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/mypy

versions: setup ## test the lowest and the newest versions of everything (with a network; long)
	@$(PIP) uv
	@$(BIN)/python tools/versions.py $(VERSIONS)

site: setup $(VENV)/.site ## build the pages: the executed lessons, the reference, the gallery
	@$(BIN)/python tools/pages

# One resolution, three files: all that tests need; what a learner installs; what makes the pages.
COMPILE = $(BIN)/uv pip compile --quiet --universal --generate-hashes \
    --no-emit-index-url --no-emit-find-links --custom-compile-command "make lock" pyproject.toml

lock: setup ## resolve the lock files again from pyproject.toml
	@$(PIP) uv
	@$(COMPILE) --python-version 3.10 --extra lab --extra clone --extra dev --extra cluster -o requirements.lock
	@$(COMPILE) --python-version 3.10 --extra lab --extra clone -c requirements.lock -o requirements-lab.lock
	@$(COMPILE) --python-version 3.11 --extra site -c requirements.lock -o requirements-site.lock

clean: ## remove the environment and caches
	rm -rf $(VENV) site .pytest_cache .mypy_cache .ruff_cache .hypothesis

setup: $(VENV)/.ready

# An environment knows the folder it was made in: its scripts, and where it finds minidl, name it. One
# that was moved or copied with the course, or whose Python is gone, is made anew.
MOVED := $(shell test -e $(VENV)/.lab || exit; $(BIN)/python -c '' 2> /dev/null || echo moved; \
    made=$$(cat $(VENV)/lib/python*/site-packages/*minidl.pth 2> /dev/null); test -n "$$made" || exit; \
    test "$$(cd "$$made" 2> /dev/null && pwd -P)" = "$$(pwd -P)" || echo moved)
ifneq ($(MOVED),)
.PHONY: $(VENV)/.lab
endif

# Installs what a lock file says: by uv where it is there and finds the packages, else by pip.
define install
	@rm -f $(VENV)/.failed
	@{ uv pip install --quiet --python $(BIN)/python --require-hashes -r $(1) 2> /dev/null \
	    || $(BIN)/python -m pip install --disable-pip-version-check --no-compile --require-hashes -r $(1) \
	    || touch $(VENV)/.failed; } | sed -nE 's/^Collecting ([^ ]+).*/  \1/p; s/^Installing .*/  unpacking them all/p'
	@test ! -e $(VENV)/.failed || { echo "minidl: the packages could not be installed (see above)"; exit 1; }
endef

# What nobody who learns runs: the packages' own tests, and what builds packages (50 of 650 MB).
define slim
	@$(BIN)/python -m pip uninstall --quiet --yes setuptools 2> /dev/null || true
	@find $(VENV)/lib -depth -type d \( -name tests -o -name __pycache__ \) -path '*/site-packages/*' -exec rm -rf {} +
endef

$(VENV)/.lab: requirements-lab.lock pyproject.toml
	@test -z "$(MOVED)" || echo "minidl: the course was moved (or its Python is gone): a new environment is made"
	@echo "minidl: 1/3 making a Python environment in $(VENV)"
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 10) and "minidl needs Python 3.10 or newer, found %d.%d; choose one with make PYTHON=..." % sys.version_info[:2])'
	@$(PYTHON) -m venv $$($(BIN)/python -c '' 2> /dev/null && test -z "$(MOVED)" || echo --clear) $(VENV) || { echo "minidl: python3 has no venv module; on Debian and Ubuntu: apt install python3-venv"; exit 1; }
	@echo "minidl: 2/3 installing the packages of requirements-lab.lock (one to three minutes)"
	$(call install,requirements-lab.lock)
	@echo "minidl: 3/3 installing minidl itself"
	@$(PIP) --no-deps --no-build-isolation --editable .
	$(slim)
	@touch $@

$(VENV)/.ready: $(VENV)/.lab requirements.lock
	@echo "minidl: installing what tests and builds need, from requirements.lock"
	$(call install,requirements.lock)
	@touch $@

$(VENV)/.site: $(VENV)/.ready requirements-site.lock
	@echo "minidl: installing what makes the pages, from requirements-site.lock"
	$(call install,requirements-site.lock)
	@touch $@

# PyTorch is what we measure against, never a dependency: it is not part of the lock's closure.
$(VENV)/.oracle: $(VENV)/.ready
	@echo "minidl: installing PyTorch and faiss to compare with"
	@sed -nE 's/^([a-zA-Z0-9._-]+==[^ ]+)( ;[^\\]*)? *\\?$$/\1\2/p' requirements.lock > $(VENV)/constraints.txt
	@$(PIP) --constraint $(VENV)/constraints.txt --editable '.[oracle]' --no-build-isolation
	@touch $@
