# Looking for a Function. `make` lists the targets; each sets up what it needs.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
BUILD := $(BIN)/jupyter-book build . -W -n --keep-going
PDF := _build/latex/looking-for-a-function.pdf

# One thread a process: the pages already run side by side, and two threads for one
# small tensor wait for each other twenty times longer than they work.
export OMP_NUM_THREADS := 1
export MKL_NUM_THREADS := 1
export OPENBLAS_NUM_THREADS := 1

# The code that runs is that of this folder, whatever ml2020 is installed.
export PYTHONPATH := $(CURDIR)/code$(if $(PYTHONPATH),:$(PYTHONPATH))

# A folder that was copied or renamed has a .venv whose programs name the old place, and
# run what stands there: it is made anew. A .venv that is a link was put there on purpose:
# it is used as it is, and nothing is installed into what it leads to.
LINKED := $(shell test ! -L $(VENV) || echo yes)
MADE_AT := $(shell test -L $(VENV) || sed -n 's|^command = .* /|/|p' $(VENV)/pyvenv.cfg 2>/dev/null)
ifneq ($(MADE_AT),)
ifneq ($(MADE_AT),$(CURDIR)/$(VENV))
ELSEWHERE := elsewhere
endif
endif

.DEFAULT_GOAL := help
.PHONY: help html test check pdf site notebooks lab serve lint format mutants planted live reseed
.PHONY: twice upgrade bench clean system elsewhere

help:  ## list the targets
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

ifeq ($(LINKED),yes)
$(VENV)/ready:
	@echo "$(VENV) is a link to $$(readlink $(VENV)), where no make was run: run it there," \
	  "or remove the link"; exit 1
else
$(VENV)/ready: requirements.txt $(ELSEWHERE)
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "Python 3.11 or newer is needed: make PYTHON=/path/to/python3.11 ..."; exit 1; }
	@$(PYTHON) -m venv $(VENV) >/dev/null 2>&1 || { \
	  echo "$(PYTHON) cannot make $(VENV): on Debian, as root: apt-get install python3-venv"; exit 1; }
	@echo "Installing requirements.txt into $(VENV): some minutes, once"
	@$(BIN)/python -m pip install --disable-pip-version-check -r requirements.txt \
	  >$(VENV)/pip.log 2>&1 || { echo "pip could not install requirements.txt: it needs" \
	  "the network, or a mirror in PIP_INDEX_URL; what it said is in $(VENV)/pip.log"; exit 1; }
	@touch $@
endif

elsewhere:
	@echo "$(VENV) was made as $(MADE_AT): it runs what is there, so it is made anew"
	@rm -rf $(VENV)

html: $(VENV)/ready  ## build the site; NAME=gnn: that lecture's pages alone, for a quick look
ifdef NAME
	$(BIN)/python -m tools.preview $(NAME)
else
	@$(BIN)/python -m tools.preflight
	$(BUILD)
	@echo "The site: _build/html/index.html"
endif

check: lint  ## lint, types, tests of the package and the tools, but the slow ones
	$(BIN)/python -m pytest -q -n 2 --ignore tests/book -m "not slow"

test: check html  ## all of that, the slow ones, the site, and its checks
	$(BIN)/python -m pytest -q -n 2 --ignore tests/book -m slow
	$(BIN)/python -m pytest -q -n 3 --dist loadgroup tests/book --ignore tests/book/test_pdf.py

# Made beside the tests, the PDF waits for the site: one of two builds at once only waits.
ifneq ($(filter test,$(MAKECMDGOALS)),)
pdf: | html
endif
pdf: $(VENV)/ready  ## build the book as a PDF and check it
	@command -v latexmk >/dev/null && command -v xelatex >/dev/null || { \
	  echo "The PDF needs LaTeX. On Debian, as root: make system"; exit 1; }
	@$(BIN)/python -m tools.preflight
	$(BUILD) --builder pdflatex
	$(BIN)/python -m pytest -q -n 2 --dist loadgroup tests/book/test_pdf.py
	@echo "The PDF: $(PDF)"

site: pdf  ## build both, with the PDF in the download menu of every page
	$(BUILD) --all
	@echo "The site with its PDF: _build/html/index.html"

notebooks: html  ## each page with code as an ordinary notebook, and a zip of all
	@echo "The notebooks: _build/html/notebooks/ (all: looking-for-a-function.zip)"

lab: $(VENV)/ready  ## open the executed chapters, in lab/; OPTIONS=--no-browser and the like
	$(BIN)/python -m tools.lab $(OPTIONS)

serve: $(VENV)/ready  ## build, show the site on localhost, build again when a file changes
	$(BIN)/python -m tools.serve

lint: $(VENV)/ready  ## style, types, and whether the pages show what the package says
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m tools.promises.sync_cells --check

format: $(VENV)/ready  ## mend what can be mended by a tool; write the shown cells
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	$(BIN)/python -m tools.promises.sync_cells

mutants: $(VENV)/ready  ## plant small bugs in the package: do the tests notice? NAME=gnn
	$(BIN)/python -m tools.mutants $(NAME) $(OPTIONS)

planted: $(VENV)/ready  ## take the defences of the build and the tools away, one by one
	$(BIN)/python -m tools.planted $(NAME)

live: $(VENV)/ready  ## break each shown function: does its chapter notice? NAME=gnn
	$(BIN)/python -m tools.live $(NAME)

twice: $(VENV)/ready  ## run the chapters twice: does each give the same? NAME=gnn
	$(BIN)/python -m tools.twice $(NAME)

upgrade: $(VENV)/ready  ## move the pins to the newest versions, show what changes
	$(BIN)/python -m tools.upgrade --write

bench: $(VENV)/ready  ## measure beside the libraries, record it in bench/results.json
	$(BIN)/python -m tools.bench $(NAME)

reseed: $(VENV)/ready  ## run the chapters with other random numbers; NAME=gnn
	$(BIN)/python -m tools.reseed $(NAME)

clean:  ## remove what was built and the runs of the chapters; .venv stays
	rm -rf _build .jupyter_cache .pytest_cache .mypy_cache .ruff_cache .hypothesis

system:  ## as root on Debian: install LaTeX, fonts and Chromium (apt.txt)
	apt-get update -q
	grep -v '^#' apt.txt | DEBIAN_FRONTEND=noninteractive \
	  xargs apt-get install -y -q --no-install-recommends
