# Every target makes the environment in .venv if it is missing.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.PHONY: run test quick lint bench docs clean

run: $(READY)
	$(BIN)/detente run korea-2016

test: $(READY)
	$(BIN)/python -m pytest -n auto

quick: $(READY)
	$(BIN)/python -m pytest -n auto -m "not slow"

lint: $(READY)
	$(BIN)/ruff check src tests benchmarks
	$(BIN)/mypy

bench: $(READY)
	$(BIN)/pip install --quiet --constraint constraints.txt --editable '.[bench]' || echo "peers cannot be installed here; their rows are left out"
	$(BIN)/python benchmarks/run_all.py

docs: $(READY)
	$(BIN)/python docs/make.py

$(READY): pyproject.toml constraints.txt
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --constraint constraints.txt --editable '.[dev]'
	$(BIN)/python -m compileall -q src
	touch $@

clean:
	rm -rf $(VENV) runs build *.egg-info
