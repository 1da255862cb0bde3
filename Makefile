# Everything here sets up .venv by itself, from requirements.lock, with python3 (3.11+) and make alone.
PYTHON ?= python3
BIN := .venv/bin
export DO_NOT_TRACK := 1
export PREFECT_SERVER_ANALYTICS_ENABLED := false
COMPILE := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--custom-compile-command 'make lock' --group dev pyproject.toml

.PHONY: demo test check lint types walls migrations lock-check docs-check lock format bench clean

demo: .venv/ready  ## a week of invented papers: database and feeds under var/demo, without a network
	$(BIN)/paperround demo

test: .venv/ready  ## the tests
	$(BIN)/python -m pytest

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
	$(BIN)/python -m benchmarks.round

clean:
	rm -rf .venv var dist .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis

.venv/ready: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Paper Round needs Python 3.11 or newer; name one with make PYTHON=python3.12")'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-compile --no-deps --require-hashes --requirement requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@# In parallel and by ourselves: where PYTHONDONTWRITEBYTECODE is set each start would compile anew.
	-@$(BIN)/python -m compileall -q -j 0 .venv/lib flows models feeds migrations >.venv/compile.log 2>&1
	@touch $@
