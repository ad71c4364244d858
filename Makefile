# Two commands: `make demo` shows the gallery with the sample album, `make test` checks everything.

PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
SERVE ?= 1
PORT ?= 8501
# Tests run side by side, file by file.
WORKERS ?= 2
# The demo has a library of its own, so that it never mixes with yours.
DEMO_LIBRARY ?= $(CURDIR)/.demo/library

.PHONY: help setup setup-dev chromium demo test check types tests format screenshots clean

help:
	@echo "make demo    install, fetch models and the sample album, group it, open the app on port $(PORT)"
	@echo "make test    format check, lint, types and all tests, with the real models"
	@echo "make setup   install and fetch the models only"
	@echo "make check   the checks of 'make test' without installing anything"
	@echo "make format  put the code in shape"
	@echo "make screenshots  take the pictures of the README anew, into docs/pictures"

$(BIN)/python:
	@$(PYTHON) -m venv $(VENV) || { \
	  rm -rf $(VENV); \
	  if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	    apt-get update -qq && apt-get install -y -qq python3-venv && $(PYTHON) -m venv $(VENV); \
	  else echo "Python's venv is missing. Run: sudo apt-get install python3-venv"; exit 1; fi; }

$(VENV)/installed: requirements.txt pyproject.toml | $(BIN)/python
	@echo "Installing (some minutes the first time) ..."
	@$(PIP) install --no-compile -r requirements.txt
	@PYTHONWARNINGS=ignore $(PIP) install --no-compile --no-deps --editable .
	@touch $@

$(VENV)/installed-dev: requirements-dev.txt requirements-tensorflow.txt $(VENV)/installed
	@echo "Installing what the checks need ..."
	@$(PIP) install --no-compile -r requirements.txt -r requirements-dev.txt -r requirements-tensorflow.txt
	@touch $@

setup: $(VENV)/installed
	@$(BIN)/gallery models pull

setup-dev: $(VENV)/installed-dev chromium
	@$(BIN)/gallery models pull

# Only root may install; anybody else is told, and the browser tests skip themselves.
chromium:
	@if command -v chromium >/dev/null || command -v google-chrome >/dev/null; then :; \
	elif [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	  echo "Installing Chromium for the browser tests ..."; \
	  apt-get update -qq && DEBIAN_FRONTEND=noninteractive \
	    apt-get install -y -qq --no-install-recommends chromium >/dev/null; \
	else echo "No Chromium: the browser tests will be skipped. Run: sudo apt-get install chromium"; fi

demo: export GALLERY_LIBRARY = $(DEMO_LIBRARY)
demo: setup
	@$(BIN)/gallery samples pull album
	@$(BIN)/gallery ingest $(dir $(DEMO_LIBRARY))samples/album
	@$(BIN)/gallery status
	@if [ "$(SERVE)" = 1 ]; then exec $(BIN)/gallery serve --port $(PORT); fi

test: setup-dev
	@$(MAKE) --no-print-directory check

check:
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(MAKE) --no-print-directory --jobs 2 types tests

types:
	$(BIN)/mypy

# The longest files begin first, see tests/conftest.py.
tests:
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder

format:
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# The app with the sample album, in Chromium.
screenshots: setup-dev
	@$(BIN)/python screenshots/take.py

clean:
	rm -rf $(VENV) .demo build *.egg-info .pytest_cache .mypy_cache .ruff_cache
