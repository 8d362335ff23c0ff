# run, test, lint, bench: each installs what it needs into .venv first.
PYTHON ?= python3
BIN := .venv/bin
# What Debian and Ubuntu keep in packages of their own; only root may install them.
INSTALL := [ "$$(id -u)" = 0 ] && apt-get update -qq && apt-get install -qq -y --no-install-recommends >/dev/null
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

.PHONY: run test browser lint bench lock clean

run: .venv
	@$(BIN)/syndicator run

test: .venv/.dev browser
	$(BIN)/pytest -n auto --dist worksteal --cov --cov-report=term:skip-covered

# The tests look at the pages in Debian's Chromium; without it they say that they left this out.
browser:
	@command -v chromium >/dev/null || ( $(INSTALL) chromium ) \
		|| echo "Chromium is missing, so the pages are not looked at. On Debian: apt-get install chromium" >&2

lint: .venv/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

bench: .venv/.dev
	$(BIN)/python -m benchmarks

.venv: .venv/.installed

.venv/.installed: requirements.lock pyproject.toml
	@echo "Setting up .venv …"
	@$(PYTHON) -c 'import sys; sys.exit("syndicator needs Python 3.11 or newer; name one with: make PYTHON=python3.12 run") if sys.version_info < (3, 11) else 0'
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || ( $(INSTALL) python3-venv ) \
		|| { echo "Python cannot make a virtual environment here. On Debian and Ubuntu: apt-get install python3-venv" >&2; exit 1; }
	@$(PYTHON) -m venv --clear .venv
	@$(PIP) install --require-hashes -r requirements.lock
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

.venv/.dev: .venv/.installed requirements-dev.lock
	@$(PIP) install --require-hashes -r requirements-dev.lock
	@touch $@

# Needs uv; everything else works from the two lock files.
COMPILE := uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate --quiet
lock:
	$(COMPILE) --group build pyproject.toml -o requirements.lock
	$(COMPILE) --group dev pyproject.toml -c requirements.lock -o requirements-dev.lock

clean:
	rm -rf .venv .mypy_cache .pytest_cache .ruff_cache .coverage
