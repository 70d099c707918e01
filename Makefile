# make lab: open the course.  make test: prove it.  CONTRIBUTING.md explains the rest.
PYTHON ?= python3
BIN := .venv/bin
# Who has nothing left to do takes tests from the other: no file's last minutes are waited for.
SIDE_BY_SIDE := -n 2 --dist worksteal
# Without nbval's part in it, which takes two seconds to load and is for the notebooks below.
PYTEST := $(BIN)/python -m pytest -p no:nbval
# What has commands of its own is not even read: that takes each process three seconds more.
PYTEST_QUICK := $(PYTEST) --ignore tests/browser --ignore tests/export
# The cells of a notebook have an order: they are not shuffled as tests are, and stay in one process. A third process
# works while one of the others waits for its kernel.
NBVAL := $(BIN)/python -m pytest -p tests.notebooks.with_nbval --nbval --nbval-current-env \
         --nbval-sanitize-with tests/notebooks/sanitise.cfg \
         -p no:cacheprovider -p no:randomly -p no:anyio -p no:hypothesispytest -n 3 --dist loadfile
NODE_BIN := build/npm/node_modules/.bin
SCRIPTS := $(wildcard softmax_lesson/widgets/*.js softmax_lesson/widgets/*.css softmax_lesson/widgets/kit/*.js \
  softmax_lesson/widgets/kit/*.css scripts/templates/*.js scripts/templates/*.css \
  scripts/website/* softmax_lesson/jupyter/grading/*.js softmax_lesson/jupyter/grading/*.css \
  softmax_lesson/jupyter/board/*.mjs softmax_lesson/jupyter/board/*.css) notebooks/rise.css eslint.config.js package.json
# Jupyter refuses to run as root (a container's usual user) unless told that this is meant.
ROOT_OK := $(if $(filter 0,$(shell id -u)),--allow-root)

# Installs an environment from its lock, every file checked by its hash and none built here; then the lesson itself,
# which has no hash, by the build backend of the lock: `$(call install,.venv/bin,lab)`.
define install
$(1)/python -m pip install --quiet --require-hashes --only-binary :all: -r locks/$(2).txt
$(1)/python -m pip install --quiet --no-deps --no-build-isolation -e .
endef

.PHONY: lab test test-long test-oldest test-browser lint-js format-js notebooks minutes pages slides present site pyodide test-present test-fronts test-site test-export benchmark lock clean

# Opens a copy of your own, my_notebooks/; notebooks/ is the lesson's source, with the results in it.
# PLAN=50 or PLAN=90: one notebook with the sections of a session (softmax_lesson/jupyter/plans.toml).
lab: .venv/.lab
	$(BIN)/python -m softmax_lesson start $(if $(PLAN),--plan=$(PLAN)) $(ARGS) $(ROOT_OK)

# All of it, or only what ARGS names: tests/mathematics, notebooks/01_scores.ipynb, "tests/data -k picture".
# The tools of teachers, which the lesson does without, are tried out: more of them when they are named, as in
# ARGS=tests/jupyter, and in `make test-long`.
ALL_OF_TEACHERS := teachers and not first
test: TESTS := $(if $(ARGS),$(filter-out notebooks%,$(ARGS)),tests)
test: NOTEBOOKS := $(if $(ARGS),$(filter notebooks%,$(ARGS)),$(sort $(wildcard notebooks/*.ipynb)))
test: .venv/.test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(if $(TESTS),$(PYTEST_QUICK) -m "not browser and not long and not tools$(if $(ARGS),, and not ($(ALL_OF_TEACHERS)))" \
	  $(SIDE_BY_SIDE) $(TESTS))
	$(if $(NOTEBOOKS),$(NBVAL) $(NOTEBOOKS))

# What `make test` has no time for: the same kinds of tests over more inputs, and whole programs that are run.
# Also nbval on the notebooks in other languages, which tests/notebooks/test_other_languages.py runs in `make test`.
test-long: .venv/.test
	$(PYTEST_QUICK) -m "(long$(if $(ARGS),, or $(ALL_OF_TEACHERS))) and not browser and not tools" $(SIDE_BY_SIDE) $(or $(ARGS),tests)
	$(if $(ARGS),,$(NBVAL) $(sort $(wildcard notebooks/*/*.ipynb)))

# The oldest versions that pyproject.toml promises. Old packages beside new ones warn of each other: not ours to mend.
test-oldest: build/oldest/.installed
	build/oldest/bin/python -m pytest $(SIDE_BY_SIDE) -W ignore::DeprecationWarning tests/mathematics tests/widgets $(ARGS)

test-browser: .venv/.test build/npm/.installed lint-js
	$(PYTEST) $(SIDE_BY_SIDE) tests/browser $(ARGS)

# Prettier and ESLint on the pictures' scripts and styles and the pages' templates; `make format-js` puts them in form.
lint-js: build/npm/.installed
	$(NODE_BIN)/prettier --check $(SCRIPTS)
	cp eslint.config.js build/npm/ && $(NODE_BIN)/eslint --config build/npm/eslint.config.js $(filter %.js %.mjs,$(SCRIPTS))

format-js: build/npm/.installed
	$(NODE_BIN)/prettier --write $(SCRIPTS)

notebooks: .venv/.test
	$(BIN)/python scripts/run_notebooks.py notebooks/*.ipynb notebooks/*/[0-9][0-9]_*.ipynb

# How long each section takes, counted and written under its heading and into the guides.
minutes: .venv/.test
	$(BIN)/python scripts/minutes.py

benchmark: build/benchmark/.peers
	build/benchmark/bin/python benchmarks/widget_latency/measure.py $(ARGS)

# Files that need no kernel and no network: to take home, and to show. `make slides PLAN=50`: one deck for a session.
pages slides: .venv/.lab build/npm/.installed
	$(BIN)/python scripts/publish.py $@ $(if $(filter slides,$@),$(PLAN))

# JupyterLab with slides in it, to run and change code before the room: the button is in each notebook's bar.
# Trusted, so that the pictures stored in the notebooks are alive at once; in scripts/present, the size of the letters.
present: .venv/.present
	$(BIN)/jupyter trust notebooks/*.ipynb
	mkdir -p build/present && cp -R scripts/present/. build/present
	JUPYTERLAB_SETTINGS_DIR=build/present $(BIN)/jupyter lab notebooks/00_start_here.ipynb $(ROOT_OK) $(ARGS)

# A site for any static host: the pages, and JupyterLite to run the notebooks in the reader's own browser. With a folder
# of Pyodide in it, it needs nobody else: make pyodide && make site PYODIDE=build/pyodide
site: build/site_venv/.installed build/npm/.installed
	build/site_venv/bin/python scripts/website.py $(PYODIDE)

pyodide: build/pyodide/pyodide-lock.json

# The browser tests of what `make test-browser` does not install.
test-present: .venv/.test .venv/.present
	$(BIN)/python -m pytest tests/browser/test_present.py $(ARGS)

# Other front ends, and nbgitpuller, each the program itself, in an environment of their own.
test-fronts: build/fronts/.installed
	build/fronts/bin/python -m pytest $(SIDE_BY_SIDE) tests/browser/test_more_front_ends.py tests/jupyter/test_nbgitpuller.py $(ARGS)

test-site: build/site_venv/.installed build/npm/.installed build/pyodide/pyodide-lock.json
	$(call install,build/site_venv/bin,test-site)
	build/site_venv/bin/python -m pytest $(SIDE_BY_SIDE) tests/browser/test_site.py $(ARGS)

# Assignments of the notebooks, graded by nbgrader and otter-grader themselves, in an environment of their own.
test-export: build/export/.installed
	build/export/bin/python -m pytest -n 2 --dist loadfile tests/export $(ARGS)

# The newest versions that fit pyproject.toml on every system and Python we support, with the hashes of their files;
# and npm's packages, by the versions of package.json, without the address of the registry that was asked.
lock: .venv/.test
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/python scripts/lock.py
	npm install --package-lock-only --omit-lockfile-registry-resolved --ignore-scripts --no-audit --no-fund --silent

clean:
	rm -rf .venv build

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "The lesson needs Python 3.11 or newer; $(PYTHON) is $$($(PYTHON) --version 2>&1). Say which to use: make lab PYTHON=python3.12"; exit 1; }
	$(PYTHON) -m venv .venv

# A .venv made by uv has no pip.
.venv/.pip: .venv/bin/python
	@$(BIN)/python -m pip --version > /dev/null 2>&1 || $(BIN)/python -m ensurepip > /dev/null
	@touch $@

# The stamps make the second call a matter of seconds; a changed requirement or lock installs again.
.venv/.lab: .venv/bin/python pyproject.toml locks/lab.txt | .venv/.pip
	$(call install,$(BIN),lab)
	@touch $@

.venv/.test: .venv/bin/python pyproject.toml locks/lab.txt locks/test.txt | .venv/.pip
	$(call install,$(BIN),test)
	@touch $@ .venv/.lab

.venv/.present: .venv/.lab locks/present.txt
	$(call install,$(BIN),present)
	@touch $@

# An environment of its own: JupyterLite's extensions are not for JupyterLab.
build/site_venv/.installed: .venv/bin/python pyproject.toml locks/site.txt
	$(BIN)/python -m venv build/site_venv
	$(call install,build/site_venv/bin,site)
	@touch $@

# What package-lock.json has, each package checked by its hash.
build/pyodide/pyodide-lock.json: scripts/pyodide.py scripts/pyodide.txt build/npm/.installed build/site_venv/.installed
	build/site_venv/bin/python scripts/pyodide.py build/pyodide

build/npm/.installed: package.json package-lock.json
	@command -v npm > /dev/null || { echo "npm is missing: pages, slides and the site take KaTeX and reveal.js from it." \
	  "Debian, Ubuntu: apt-get install npm. macOS: brew install node. Others: https://nodejs.org"; exit 1; }
	@mkdir -p build/npm && cp package.json package-lock.json build/npm/
	npm ci --no-audit --no-fund --ignore-scripts --silent --prefix build/npm
	@touch $@

build/fronts/.installed: pyproject.toml locks/lab.txt locks/test.txt locks/test-fronts.txt
	$(PYTHON) -m venv build/fronts
	$(call install,build/fronts/bin,test-fronts)
	@touch $@

build/oldest/.installed: pyproject.toml locks/oldest.txt
	$(PYTHON) -m venv build/oldest
	$(call install,build/oldest/bin,oldest)
	@touch $@

build/export/.installed: pyproject.toml locks/lab.txt locks/test.txt locks/test-export.txt
	$(PYTHON) -m venv build/export
	$(call install,build/export/bin,test-export)
	@touch $@

# What ours is measured against stays out of the lesson's own environment.
build/benchmark/.peers: benchmarks/widget_latency/requirements.txt pyproject.toml constraints.txt
	$(PYTHON) -m venv build/benchmark
	build/benchmark/bin/python -m pip install --quiet -c constraints.txt -r $< -e '.[lab,test]'
	@touch $@
