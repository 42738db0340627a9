# make lab              open the course in JupyterLab  (make lab PORT=9000: on another port)
# make test             run every test and every notebook
# make notebooks        run the notebooks and save them with their outputs, after a change
# make … PYTHON=path    set up with this Python instead of the first suitable one
#
# All set up what they need in .venv, once; nothing is installed outside this folder.

PY := .venv/bin/python
# A file, or a notebook, stays with one worker: its cells and fixtures are shared.
WORKERS := -n 2 --dist loadfile
NBVAL := --nbval --nbval-current-env -p no:cacheprovider
CANDIDATES := python3 python3.13 python3.12 python3.11 python
SUITED := import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))
COMPLETE := import ensurepip, venv
PIP := $(PY) -m pip --disable-pip-version-check install --quiet

.PHONY: lab test notebooks always

lab: .venv/.ready
	@$(PY) -m bertcourse lab $(if $(PORT),--port $(PORT))

# A workbook of its own: the learner's must neither be written nor change what the notebooks print.
test: .venv/.ready
	@$(PY) -m ruff check --quiet . && $(PY) -m ruff format --check --quiet .
	@rm -rf .venv/test_workbook
	@OMP_NUM_THREADS=1 BERTCOURSE_WORKBOOK="$$PWD/.venv/test_workbook" $(PY) -m pytest $(WORKERS) $(NBVAL) notebooks
	@OMP_NUM_THREADS=1 $(PY) -m pytest $(WORKERS) --no-loadscope-reorder  # else the long files with few tests come last

notebooks: .venv/.ready
	@$(PY) tests/save_notebooks.py

# The stamp names the folder: a clone that has moved, or whose Python is gone, is set up again.
ifneq "$(shell $(PY) -c '$(SUITED)' 2>/dev/null && cat .venv/.ready 2>/dev/null)" "$(CURDIR)"
.venv/.ready: always
endif

# .unfinished becomes .ready only at the very end: what was interrupted starts from a clean .venv.
.venv/.ready: requirements.txt pyproject.toml
	@rm -f $@; found=; lacking=; \
	for python in $(if $(PYTHON),"$(PYTHON)",$(CANDIDATES)); do \
	  "$$python" -c '$(SUITED)' >/dev/null 2>&1 || continue; \
	  if "$$python" -c '$(COMPLETE)' >/dev/null 2>&1; then found=$$python; break; fi; \
	  lacking=$$python; \
	done; \
	if [ -z "$$found" ] && [ -n "$$lacking" ]; then \
	  echo "$$lacking lacks the modules that make a virtual environment (venv, ensurepip)."; \
	  echo "On Debian and Ubuntu: sudo apt install python3-venv. Then run make again."; exit 1; \
	elif [ -z "$$found" ]; then \
	  echo "No suitable Python among: $(or $(PYTHON),$(CANDIDATES)). The course needs 3.11, 3.12 or 3.13."; \
	  echo "Install one (https://www.python.org/downloads/), or name yours: make … PYTHON=/path/to/python3.12"; exit 1; \
	fi; \
	echo "Setting up .venv with $$found: once, some minutes (torch is large)."; \
	if [ -e .venv/.unfinished ] || ! $(PY) -c '$(SUITED)' >/dev/null 2>&1; then \
	  "$$found" -m venv --clear .venv || exit 1; \
	fi; \
	printf '%s' "$(CURDIR)" > .venv/.unfinished
	@$(PIP) -r requirements.txt
	@$(PIP) --no-deps --no-build-isolation --editable .
	@mv .venv/.unfinished $@ && echo "Ready."
