# Everything here sets up .venv by itself, from requirements.lock, with python3 (3.11+) and make alone.
PYTHON ?= python3
BIN := .venv/bin
export DO_NOT_TRACK := 1
export PREFECT_SERVER_ANALYTICS_ENABLED := false
QUIETLY := --quiet --disable-pip-version-check
PIP := $(BIN)/python -m pip install $(QUIETLY) --no-compile --no-deps --require-hashes
UV := $(BIN)/uv pip install --quiet --python .venv --no-deps --require-hashes
COMPILE := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--custom-compile-command 'make lock' --group dev pyproject.toml

.PHONY: demo test trials tools check lint types walls migrations lock-check docs-check lock format bench clean

demo: .venv/ready  ## a week of invented papers: database and feeds under var/demo, without a network
	$(BIN)/paperround demo

test: .venv/ready  ## the tests
	$(BIN)/python -m pytest --numprocesses auto --no-loadscope-reorder

trials: .venv/ready  ## whole systems on this machine: servers, workers, kills; prints its figures
	$(BIN)/python -m pytest tests/trials -m trial -rAP --durations=0

tools:  ## on Debian, as root: what some tests use beside Python, and are skipped without
	@missing=; for pair in chromium:chromium nginx:nginx-light java:default-jre-headless redis-server:redis-server; do \
		command -v $${pair%%:*} >/dev/null || PATH=/usr/sbin:$$PATH command -v $${pair%%:*} >/dev/null || missing="$$missing $${pair#*:}"; \
	done; \
	test -z "$$missing" || { apt-get -qq update && DEBIAN_FRONTEND=noninteractive apt-get -qq install --yes --no-install-recommends $$missing >/dev/null; }

check: lint types walls migrations lock-check docs-check  ## all that is not a test

lint: .venv/ready
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: .venv/ready
	$(BIN)/mypy

walls: .venv/ready
	$(BIN)/lint-imports

migrations: .venv/ready  ## the tables and the migrations agree
	rm -f .venv/check.db
	PAPERROUND_DATABASE_URL=sqlite:///.venv/check.db $(BIN)/alembic --raiseerr upgrade head
	PAPERROUND_DATABASE_URL=sqlite:///.venv/check.db $(BIN)/alembic check

lock-check: .venv/ready  ## requirements.lock is what pyproject.toml asks for
	cp requirements.lock .venv/requirements.lock
	$(COMPILE) --output-file .venv/requirements.lock
	diff requirements.lock .venv/requirements.lock

docs-check: .venv/ready  ## README, the settings table and the commands tell the truth
	$(BIN)/python -m pytest tests/docs

lock: .venv/ready  ## compile requirements.lock anew; UPGRADE=--upgrade takes newer versions
	$(COMPILE) $(UPGRADE) --output-file requirements.lock

format: .venv/ready
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: .venv/ready  ## the benchmarks, a table each
	$(BIN)/python -m benchmarks.parse
	$(BIN)/python -m benchmarks.store
	$(BIN)/python -m benchmarks.mailing
	$(BIN)/python -m benchmarks.harvest --records 100000
	$(BIN)/python -m benchmarks.round
	$(BIN)/python -m benchmarks.trending
	$(BIN)/python -m benchmarks.matching
	$(BIN)/python -m benchmarks.choosing
	$(BIN)/python -m benchmarks.search
	$(BIN)/python -m benchmarks.feeds
	$(BIN)/python -m benchmarks.pages
	$(BIN)/python -m benchmarks.letters
	$(BIN)/python -m benchmarks.digests
	$(BIN)/python -m benchmarks.sending
	$(BIN)/python -m benchmarks.overhead
	-$(BIN)/python -m benchmarks.serving  # needs nginx, wrk and curl, and says so

clean:
	rm -rf .venv var dist .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis

# uv, itself from the lock, installs in seconds what takes pip a minute; where only pip is set up to reach
# an index, pip does it.
.venv/ready: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Paper Round needs Python 3.11 or newer; name one with make PYTHON=python3.12")'
	$(PYTHON) -m venv .venv
	@awk '/^[^ #]/ { wanted = /^uv==/ } wanted' requirements.lock >.venv/uv.lock
	$(PIP) --requirement .venv/uv.lock
	$(UV) --requirement requirements.lock || $(PIP) --requirement requirements.lock
	$(BIN)/python -m pip install $(QUIETLY) --no-deps --no-build-isolation --editable .
	@# Else each start would compile anew: 3 s instead of 1 for `status`.
	-@test -z "$$PYTHONDONTWRITEBYTECODE" || \
		$(BIN)/python -m compileall -q -j 0 .venv/lib flows models feeds migrations >.venv/compile.log 2>&1
	@touch $@
