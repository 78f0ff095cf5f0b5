# make help tells what there is. One environment, .venv, holds everything the targets use.
SHELL := /bin/bash
BIN := .venv/bin

# The first interpreter that is new enough; `make PYTHON=...` names another.
PYTHON ?= $(shell for python in python3 python3.13 python3.12 python3.11; do \
	$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$python && break; done)

# Debian's names of what the tests marked `office` need.
OFFICE_PACKAGES := libreoffice-calc libreoffice-writer python3-uno fonts-noto-cjk poppler-utils chromium firefox-esr postgresql
INSTALL_OFFICE = root=env; [ "$$(id -u)" -eq 0 ] || root='sudo -n'; \
	$$root apt-get update -qq && \
	$$root env DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends $(OFFICE_PACKAGES)

.PHONY: help demo demo-round test lint bench docs robustness samples clean office office-install

help:
	@echo 'make demo      blank workbooks of both forms, and an import of the samples, in demo/'
	@echo 'make demo-round  a round of twelve counties with all its papers, in demo-round/'
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
	@echo "demo/out/returned       $$(ls demo/out/returned/*/*_退回.xlsx | wc -l) marked copies to send back, each with a letter and a short message"
	@echo "demo/汇总.xlsx          the provincial summary"

# A round of twelve counties with all its papers.
demo-round: .venv/.installed
	rm -rf demo-round
	$(BIN)/python samples/round_of_twelve.py demo-round
	$(BIN)/clusterbook import demo-round/报送 -o demo-round/OUT --register demo-round/发放/发放登记表.xlsx --packs \
		--deadline 2026年3月31日 --sender 湖南省工业和信息化厅 --contact "样例科 0731-80000001" --number "湘工信函〔2026〕5号" --dated 2026年4月2日 || [ $$? -eq 1 ]
	$(BIN)/clusterbook summarize demo-round/OUT -o demo-round/汇总.xlsx
	$(BIN)/clusterbook papers demo-round/OUT -o demo-round/材料
	@echo
	@echo "demo-round/OUT/report.html          the round, the official's questions first"
	@echo "demo-round/OUT/progress.xlsx, 催报/  who is due, who is behind, and a text to remind each city"
	@echo "demo-round/OUT/returned             letters, marked copies and messages, a folder and a pack per city"
	@echo "demo-round/OUT/decisions.xlsx       what the office has to decide: fill it in and import again"
	@echo "demo-round/汇总.xlsx, 材料/          the summary, 情况报告 and a page per cluster"

test: .venv/.installed office
	$(BIN)/python -m pytest -n 2 --dist worksteal $(ARGS)

lint: .venv/.installed
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: .venv/.installed
	$(BIN)/python -m pip install --quiet -c constraints.txt --no-build-isolation -e '.[bench]'
	$(BIN)/python benchmarks/run.py

docs: .venv/.installed
	$(BIN)/python docs/build.py

robustness: .venv/.installed office
	$(BIN)/python tests mutations --write
	$(BIN)/python -m pytest -n 2 --dist worksteal -m wide
	CLUSTERBOOK_VARIANTS=2500 $(BIN)/python -m pytest tests/system/test_hostile.py -k dice

samples: .venv/.installed
	$(BIN)/python samples/build.py

# LibreOffice and the browsers, if they can be had without asking anybody anything.
office:
	@{ command -v soffice && command -v chromium && command -v firefox-esr && ls /usr/lib/postgresql/*/bin/initdb; } >/dev/null || { $(INSTALL_OFFICE); } || \
		echo '*** NO LIBREOFFICE, CHROMIUM, FIREFOX OR POSTGRESQL: the tests that need it WILL BE SKIPPED (Debian: $(OFFICE_PACKAGES)) ***'

# The same, but everything on the list, and a failure fails.
office-install:
	@$(INSTALL_OFFICE)

clean:
	rm -rf demo demo-round out build dist *.egg-info .hypothesis .mypy_cache .pytest_cache .ruff_cache .coverage htmlcov
	find . -path ./.venv -prune -o -name __pycache__ -prune -exec rm -rf {} +
