# What one does with a checkout. Each set-up runs once: .venv is made again only when pyproject.toml or constraints.txt change.
#   make demo [SERVE=0]   draw pictures, train on them, serve the dashboard      make test       the everyday tests (two processes)
#   make install          .venv with cvwidgets in it                            make test-all   all of them, the slow ones too
#   make wheel            dist/ with wheel and sdist                            make check      ruff, format, mypy, node --test
#   make benchmarks       measure, and write the table in README                make clean      remove what was built; .venv and demo/ stay

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
LOG := $(VENV)/install.log
SERVE ?= 1
DEMO ?= demo

# Where the variable is set, each of the hundreds of processes that the tests start would compile the package anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: demo install dev test test-all check wheel benchmarks constraints clean

# Shows of pip's many lines those that take long (downloads of 100 MB and more) and those that matter; all of them are in the log.
SHOW = while IFS= read -r line; do printf '%s\n' "$$line" >> $(LOG); case "$$line" in \
	*Downloading*[0-9][0-9][0-9].[0-9]" MB"*|*Downloading*[0-9]" GB"*|ERROR*|error*) printf '  %s\n' "$$line" ;; \
	"Installing collected packages"*) echo "  unpacking the packages" ;; esac; done
FAILED = { echo "Installing failed; the last lines of $(LOG):"; tail -n 15 $(LOG); exit 1; }

demo: $(VENV)/.installed
	@$(BIN)/cvwidgets demo $(DEMO) $(if $(filter 0 no false,$(SERVE)),--no-serve)

install: $(VENV)/.installed
	@echo "cvwidgets is installed in $(VENV); $(BIN)/cvwidgets --help lists what it does."

dev: $(VENV)/.installed-dev

# Debian's Python may come without ensurepip; then the pip outside puts one inside.
$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
		echo "$(PYTHON) is missing or older than 3.11, which cvwidgets needs. Name another: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	@echo "Making $(VENV) with $$($(PYTHON) --version)"
	@$(PYTHON) -m venv $(VENV) >/dev/null 2>&1 || { rm -rf $(VENV); $(PYTHON) -m venv --without-pip $(VENV) && \
		$(PYTHON) -m pip --python $(BIN)/python install --quiet pip; }

$(VENV)/.installed: pyproject.toml constraints.txt | $(BIN)/python
	@echo "Installing cvwidgets and what it needs, as pinned in constraints.txt (some gigabytes the first time; log: $(LOG))"
	@rm -f $@
	@{ $(BIN)/python -m pip install -c constraints.txt -e . && touch $@; } 2>&1 | { $(SHOW); }
	@test -f $@ || $(FAILED)

$(VENV)/.installed-dev: $(VENV)/.installed
	@echo "Installing what the tests need, as pinned in constraints.txt"
	@rm -f $@
	@{ $(BIN)/python -m pip install -c constraints.txt -e '.[dev]' && touch $@; } 2>&1 | { $(SHOW); }
	@test -f $@ || $(FAILED)

test: $(VENV)/.installed-dev
	@$(BIN)/python tests/browser/find_chromium.py --install
	@echo "Tests without a browser (two processes)"
	@$(BIN)/python -m pytest -n 2 --dist loadfile -m "not slow and not browser"
	@echo "Tests in a browser (two processes, each with a browser of its own)"
	@$(BIN)/python -m pytest tests/browser -n 2 --dist loadfile -m "not slow" -rs

test-all: $(VENV)/.installed-dev
	@$(BIN)/python tests/browser/find_chromium.py --install
	@echo "All tests without a browser (two processes)"
	@$(BIN)/python -m pytest -n 2 --dist loadfile -m "not browser" -rs
	@echo "All tests in a browser"
	@$(BIN)/python -m pytest tests/browser -rs

check: $(VENV)/.installed-dev
	@echo "ruff: rules"
	@$(BIN)/ruff check .
	@echo "ruff: format"
	@$(BIN)/ruff format --check .
	@echo "mypy"
	@$(BIN)/mypy
	@echo "node --test"
	@tests/node.sh

wheel: $(VENV)/.installed-dev
	@echo "Building the sdist, and from it the wheel, into dist/"
	@rm -rf dist
	@$(BIN)/python -m build --no-isolation --outdir dist . >$(LOG) 2>&1 || { echo "Building failed:"; tail -n 15 $(LOG); exit 1; }
	@ls dist

benchmarks: $(VENV)/.installed-dev
	@echo "Measuring; each line is one benchmark (minutes each)"
	@$(BIN)/python tests/benchmarks/table.py README.md

# After a change of what is needed: make .venv anew (rm -rf .venv), `make dev`, then this.
constraints: $(VENV)/.installed-dev
	@$(BIN)/python -m pip freeze --all --exclude-editable | grep -v '^pip==' | grep -E '^[A-Za-z0-9._-]+==[A-Za-z0-9.]+$$' > constraints.txt
	@echo "constraints.txt pins $$(wc -l < constraints.txt) packages."

clean:
	@echo "Removing dist, build and the caches of the tools"
	@rm -rf dist build .pytest_cache .mypy_cache .ruff_cache
	@find cvwidgets tests -name __pycache__ -type d -prune -exec rm -rf {} +
