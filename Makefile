# make help tells what there is. One environment, .venv, holds everything the targets use.
SHELL := /bin/bash
BIN := .venv/bin

# The first interpreter that is new enough; `make PYTHON=...` names another.
PYTHON ?= $(shell for python in python3 python3.13 python3.12 python3.11; do \
	$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$python && break; done)

# Debian's names of what the tests marked `office` need.
OFFICE_PACKAGES := libreoffice-calc libreoffice-writer python3-uno fonts-noto-cjk poppler-utils chromium
INSTALL_OFFICE = root=env; [ "$$(id -u)" -eq 0 ] || root='sudo -n'; \
	$$root apt-get update -qq && \
	$$root env DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends $(OFFICE_PACKAGES)

.PHONY: help demo test lint bench docs robustness samples clean office office-install

help:
	@echo 'make demo      blank workbooks of both forms, and an import of the samples, in demo/'
	@echo 'make test      all tests, on two cores (ARGS="-k name" picks some)'
	@echo 'make lint      ruff and mypy'
	@echo 'make bench     the benchmarks'
	@echo 'make docs      writes docs/rules.md from the specs'
	@echo 'make robustness  the whole mutation kit through LibreOffice, into docs/robustness.md, and the wide tests (an hour)'
	@echo 'make samples   builds the workbooks in samples/ anew'
	@echo 'make clean     removes everything the other targets leave behind, but .venv'

# No build isolation: the build too runs with the versions of constraints.txt.
.venv/.installed: setup.cfg constraints.txt
	@$(or $(PYTHON),false) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
		echo 'clusterbook needs Python 3.11 or newer, and $(or $(PYTHON),python3) is not: name one with `make PYTHON=/path/to/python`.' >&2; \
		exit 1; }
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet -c constraints.txt pip setuptools
	$(BIN)/python -m pip install --quiet -c constraints.txt --no-build-isolation -e '.[test,lint]'
	@touch $@

# An import ends with 1 when something was returned, and some samples are there to be returned.
demo: .venv/.installed
	rm -rf demo
	mkdir demo
	$(BIN)/clusterbook blank cluster_contest -o demo/cluster_contest.xlsx
	$(BIN)/clusterbook blank fujian_sme_cluster -o demo/fujian_sme_cluster.xlsx
	$(BIN)/clusterbook import samples/cluster_contest samples/fujian_sme_cluster -o demo/out --deadline 3月15日 || [ $$? -eq 1 ]
	$(BIN)/clusterbook summarize demo/out -o demo/汇总.xlsx
	@echo
	@echo "demo/*.xlsx             $$(ls demo/*_*.xlsx | wc -l) blank workbooks: open one and fill it in"
	@echo "demo/out                tables, problems and documents made from what stands in samples/"
	@echo "demo/out/report.html    who passed and who not, every problem: open it in a browser"
	@echo "demo/out/returned       $$(ls demo/out/returned/*.xlsx | wc -l) marked copies to send back, each with a letter and a short message"
	@echo "demo/汇总.xlsx          the provincial summary"

test: .venv/.installed office
	$(BIN)/python -m pytest -n 2 --dist worksteal $(ARGS)

lint: .venv/.installed
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: .venv/.installed
	$(BIN)/python benchmarks/run.py

docs: .venv/.installed
	$(BIN)/python docs/build.py

robustness: .venv/.installed office
	$(BIN)/python tests mutations --write
	$(BIN)/python -m pytest -n 2 --dist worksteal -m wide
	CLUSTERBOOK_VARIANTS=2500 $(BIN)/python -m pytest tests/system/test_hostile.py -k dice

samples: .venv/.installed
	$(BIN)/python samples/build.py

# LibreOffice and Chromium, if they can be had without asking anybody anything.
office:
	@{ command -v soffice && command -v chromium; } >/dev/null || { $(INSTALL_OFFICE); } || \
		echo '*** NO LIBREOFFICE OR CHROMIUM: the tests that need it WILL BE SKIPPED (Debian: $(OFFICE_PACKAGES)) ***'

# The same, but everything on the list, and a failure fails.
office-install:
	@$(INSTALL_OFFICE)

clean:
	rm -rf demo out build dist *.egg-info .hypothesis .mypy_cache .pytest_cache .ruff_cache .coverage htmlcov
	find . -path ./.venv -prune -o -name __pycache__ -prune -exec rm -rf {} +
