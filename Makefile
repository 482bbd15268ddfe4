# make run, make test: everything else is for those who change the service.
# Plain make (GNU or BSD). Another Python: make PYTHON=python3.12 run

.POSIX:
.SUFFIXES:

PYTHON ?= python3
VENV = .venv
PY = $(VENV)/bin/python
PIP = $(PY) -m pip --quiet --disable-pip-version-check --no-input
WORKERS = 2
LOCK = $(VENV)/uv/bin/uv pip compile pyproject.toml --quiet --universal --python-version 3.11 \
	--generate-hashes --no-emit-index-url --no-emit-find-links --no-header --no-annotate $(LOCK_OPTIONS)

help:
	@echo 'make run      install, migrate, fill with demonstration data, serve on http://127.0.0.1:8000'
	@echo 'make test     lint, types, and the whole suite on SQLite and PostgreSQL, with coverage'
	@echo 'make soak     the suite with property and race tests at full length'
	@echo 'make openapi  write openapi/openapi.json anew'
	@echo 'make docs     draw the generated pages of docs/ anew'
	@echo 'make lock     lock the dependencies anew (LOCK_OPTIONS=--upgrade: to their newest versions)'
	@echo 'make clean    remove all that make made here; data/ stays'

run: $(VENV)/run.stamp
	@$(VENV)/bin/erc demo
	@exec $(VENV)/bin/erc serve

test: $(VENV)/test.stamp
	$(PY) -m ruff check
	$(PY) -m ruff format --check
	$(PY) -m mypy
	$(PY) -m pytest -n $(WORKERS) --dist worksteal --cov

soak: $(VENV)/test.stamp
	ERC_TEST_SOAK=1 $(PY) -m pytest -n $(WORKERS) --dist worksteal

openapi: $(VENV)/run.stamp
	$(VENV)/bin/erc openapi > $(VENV)/openapi.json
	mv $(VENV)/openapi.json openapi/openapi.json

docs: $(VENV)/run.stamp
	$(VENV)/bin/erc docs

lock: $(VENV)/uv/bin/uv
	$(LOCK) --extra install --extra test --output-file tests/requirements.lock
	$(LOCK) --extra install --constraint tests/requirements.lock --output-file requirements.lock

clean:
	rm -rf $(VENV) .coverage .coverage.* .hypothesis .import_linter_cache
	rm -rf .mypy_cache .pytest_cache .ruff_cache dist
	find app bench migrations tests -name __pycache__ -type d -prune -exec rm -rf {} +

# The stamps are younger than what they were installed from: the second `make run` installs nothing.
$(VENV)/run.stamp: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
		found=`$(PYTHON) --version 2>&1` || found='not there'; \
		echo "Python 3.11 or newer is needed; $(PYTHON) is $$found."; \
		echo 'Name one that is: make PYTHON=python3.12 run'; exit 1; } >&2
	@echo 'Installing the locked dependencies into $(VENV) (once)'
	@$(PYTHON) -m venv $(VENV)
	@$(PIP) install --no-deps --require-hashes -r requirements.lock
	@$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/test.stamp: $(VENV)/run.stamp tests/requirements.lock
	@echo 'Installing what the tests need (once)'
	@$(PIP) install --no-deps --require-hashes -r tests/requirements.lock
	@touch $@

$(VENV)/uv/bin/uv: $(VENV)/run.stamp
	@$(PY) -m venv $(VENV)/uv
	@$(VENV)/uv/bin/python -m pip --quiet --disable-pip-version-check install uv
	@touch $@

.PHONY: help run test soak openapi docs lock clean
