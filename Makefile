# The one front door. A fresh machine needs python3 (3.11 or newer), git (2.38 or newer) and make.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.ready
SRC := src tests tools benchmarks packages
PYTEST := $(BIN)/python -m pytest --numprocesses auto --dist worksteal
# Without byte code pytest rewrites each test module anew in each of its processes.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: demo demo-ml test test-all test-hostile gates lint black flake8 bandit imports types docs site docs-check bench clean \
	new-rule fakegithub

demo: $(STAMP)
	@$(BIN)/gitflowguard demo

demo-ml: $(STAMP)
	@$(BIN)/gitflowguard demo --ml

# FAST=1: what the change since main touches, in less than a minute.
ifdef FAST
test: $(STAMP)
	$(BIN)/python tools/touched.py
else
test: gates
	@rm -f .branches.json
	$(PYTEST) -m "not slow" --branches
	$(BIN)/python tools/coverage_gate.py
endif

test-all: gates
	@rm -f .branches.json
	$(PYTEST) --branches
	$(BIN)/python tools/coverage_gate.py

# The longest first, so that neither core waits for it at the end.
gates: $(STAMP)
	@$(MAKE) --no-print-directory --jobs=2 types lint docs-check

# Attacks, kills, faults and bad inputs, counted; 15 minutes at most. docs/guides/security.md holds the figures.
test-hostile: $(STAMP)
	$(BIN)/python tools/hostile.py

lint: black flake8 bandit imports

black: $(STAMP)
	$(BIN)/black --check --quiet $(SRC)

flake8: $(STAMP)
	$(BIN)/python tools/passed.py .flake8 $(BIN)/flake8 -- $(SRC)

bandit: $(STAMP)
	$(BIN)/python tools/passed.py pyproject.toml $(BIN)/bandit --quiet --configfile pyproject.toml -- src tools

imports: $(STAMP)
	$(BIN)/lint-imports --no-cache

types: $(STAMP)
	$(BIN)/mypy

# The stand-in for GitHub is a package of its own; `make test` runs its tests with ours.
fakegithub: $(STAMP)
	$(PYTEST) packages/fakegithub

docs: $(STAMP)
	$(BIN)/python tools/tool_rows.py
	$(BIN)/python tools/schema.py
	$(BIN)/python tools/hooks_dir.py
	$(BIN)/python tools/rule_docs.py
	$(BIN)/python tools/man.py
	$(BIN)/python tools/sbom.py
	$(BIN)/python tools/json_docs.py
	$(BIN)/python tools/badge.py
	$(BIN)/python tools/model_pictures.py
	$(BIN)/python tools/github_servers.py --kept
	$(BIN)/python tools/readme.py

# The site, in build/site; open build/site/index.html. Ends with 1 at the first link that leads nowhere.
site: $(STAMP)
	@$(BIN)/python -c 'import material' 2>/dev/null || $(BIN)/python -m pip install --quiet --group site
	$(BIN)/python tools/site.py

docs-check: $(STAMP)
	$(BIN)/python tools/docs_check.py

bench: $(STAMP)
	$(BIN)/python benchmarks/hooks.py
	$(BIN)/python benchmarks/status.py
	$(BIN)/python benchmarks/refs.py
	$(BIN)/python benchmarks/quality.py
	$(BIN)/python benchmarks/radar.py
	$(BIN)/python benchmarks/protect.py --counts 1,10 --rounds 1
	$(BIN)/python benchmarks/pr_check.py

new-rule: $(STAMP)
	$(BIN)/python tools/new_rule.py $(FAMILY) $(NAME) $(if $(filter undefined,$(origin NEEDS)),,"$(NEEDS)")

clean:
	rm -rf $(VENV) build dist .mypy_cache .hypothesis .branches.json .coverage .coverage.*
	find $(SRC) -name __pycache__ -type d -prune -exec rm -rf {} +

$(STAMP): pyproject.toml packages/fakegithub/pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "gitflowguard needs Python 3.11 or newer, this is " + sys.version.split()[0])'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade "pip>=25.1"
	$(BIN)/python -m pip install --quiet --editable ".[all]" --editable packages/fakegithub --group dev
	@touch $(STAMP)
