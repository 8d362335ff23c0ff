# run, test, lint, bench, soak: each installs what it needs into .venv first.
PYTHON ?= python3
BIN := .venv/bin
# What Debian and Ubuntu keep in packages of their own; only root may install them.
INSTALL := [ "$$(id -u)" = 0 ] && apt-get update -qq && apt-get install -qq -y --no-install-recommends >/dev/null
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

.PHONY: run test browser servers lint bench soak lock clean

run: .venv
	@$(BIN)/syndicator run

# One process more than there are processors, as many tests wait for something. COVER=--cov measures coverage, at a third of
# the time more; .ci/run does.
COVER :=
test: .venv/.dev .venv/.moto browser servers
	$(BIN)/pytest -n $$(( $$(nproc) + 1 )) --dist worksteal $(COVER)

# The tests look at the pages in Debian's Chromium; without it they say that they left this out.
browser:
	@command -v chromium >/dev/null || ( $(INSTALL) chromium ) \
		|| echo "Chromium is missing, so the pages are not looked at. On Debian: apt-get install chromium" >&2

# A web server made from `syndicator deploy nginx` is compared with the service; RUNLEVEL keeps the package from starting one.
servers:
	@command -v nginx >/dev/null || [ -x /usr/sbin/nginx ] || ( export RUNLEVEL=1; $(INSTALL) nginx ) \
		|| echo "nginx is missing, so its configuration is not tried. On Debian: apt-get install nginx" >&2

lint: .venv/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

bench: .venv/.dev
	$(BIN)/python -m benchmarks

# Ten instances that read each other while processes are killed and links are cut: SEED= repeats a run.
SEED :=
soak: .venv/.dev
	$(BIN)/python -m tests.soak $(SEED)

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

# The S3 server that tests speak to, in an environment of its own: moto wants an older python-dateutil than feedgen gets.
.venv/.moto: .venv/.installed requirements-moto.lock
	@$(PYTHON) -m venv --clear .venv/moto
	@.venv/moto/bin/python -m pip --disable-pip-version-check --quiet install --require-hashes -r requirements-moto.lock
	@touch $@

# Needs uv; everything else works from the lock files.
COMPILE := uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate --quiet
lock:
	$(COMPILE) --group build pyproject.toml -o requirements.lock
	$(COMPILE) --group dev pyproject.toml -c requirements.lock -o requirements-dev.lock
	$(COMPILE) --group pyproject.toml:moto -o requirements-moto.lock

clean:
	rm -rf .venv .mypy_cache .pytest_cache .ruff_cache .coverage
