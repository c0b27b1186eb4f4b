# Each target is one intent. The README's two are `serve` and `test`; `help`, the
# first and so the default, lists all.
PYTHON ?= python3
VENV := .venv
PY := $(VENV)/bin/python

# Bytecode is kept: without it each build compiles the tools anew.
unexport PYTHONDONTWRITEBYTECODE

# What builds the few packages that come as source alone, with its hashes.
export UV_BUILD_CONSTRAINT := requirements/build.txt

# A fork's links to its source follow its own remote (credentials left out).
# REPO_URL and SITE_URL from the environment come first.
ORIGIN := $(shell git config --get remote.origin.url 2>/dev/null \
    | sed -n -E 's,^(https://)([^/@]*@)?(.*)$$,\1\3,p; s,^git@([^:]+):(.*)$$,https://\1/\2,p' \
    | sed -E 's,(\.git)?/?$$,,')
ifneq ($(ORIGIN),)
export REPO_URL ?= $(ORIGIN)
endif

.PHONY: help serve build test check translations bench links zensical pythons python lock versions nova survey clean

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-13s%s\n", $$1, $$2 }' Makefile

serve: $(VENV)/site.done ## Preview the site at http://127.0.0.1:8000/; PORT=8001 takes another port
	@$(PY) -m render.publish.serve $(if $(PORT),--port '$(PORT)')

build: $(VENV)/site.done python ## Make the site in site/, for any static host
	$(PY) -m render.publish.build build

test: $(VENV)/test.done $(VENV)/engines/zensical.done python ## Run all checks: style, types, doctests, tests
	$(PY) tests/browser/chromium.py
	$(PY) -m ruff check
	$(PY) -m ruff format --check
	$(PY) -m mypy
	$(VENV)/bin/zizmor --quiet --offline --strict-collection --pedantic .github
	$(PY) -m pytest --numprocesses 2 --dist loadfile --skip-proved

check: $(VENV)/test.done python ## Check style, types and a strict build: a quick answer after a change
	$(PY) -m ruff check
	$(PY) -m ruff format --check
	$(PY) -m mypy
	$(VENV)/bin/zizmor --quiet --offline --strict-collection --pedantic .github
	$(PY) -m render.publish.build build --site-dir $(VENV)/check

translations: $(VENV)/site.done ## List what is missing or outdated in Chinese
	@$(PY) -m render.languages.translations

bench: $(VENV)/test.done python ## Compare builds and pages with bare Material, and time Run
	$(PY) -m tests.browser.bench

# Most links lead to one host, which gets one request a second: ten minutes.
links: build $(VENV)/links.done ## Ask other hosts whether the pages that ours link to exist
	$(VENV)/bin/lychee --no-progress --scheme https --exclude-loopback \
	    --host-concurrency 1 --host-request-interval 1s \
	    --root-dir "$$PWD/site" --extensions html site

lock: $(VENV)/uv.done ## Renew the locks in requirements/ from pyproject.toml
	PATH="$$PWD/$(VENV)/bin:$$PATH" sh requirements/lock.sh

zensical: $(VENV)/test.done $(VENV)/engines/zensical.done python ## Build with Zensical too, and compare every page
	$(PY) -m pytest tests/engines

pythons: $(VENV)/test.done ## Run the lessons on every Python of this machine
	$(PY) -m tests.pythons

versions: $(VENV)/site.done ## Run the table of behaviour on other releases of oslo.utils and Python
	$(PY) -m render.measure.versions

nova: $(VENV)/test.done ## Run the real Nova and OpenStack's libraries, and write what pages show to docs/data/
	RECORD=1 $(PY) -m pytest -q tests/nova tests/examples/test_programs.py tests/learn tests/how_to

survey: $(VENV)/site.done ## Count `with` in OpenStack's releases, for survey/data/
	$(PY) -m survey

clean: ## Remove the environment, the site and the caches
	rm -rf $(VENV) .survey site .mypy_cache .pytest_cache .ruff_cache \
	    docs/theme/material/assets/python docs/theme/material/partials/python.html

# Python for the reader's browser. Without npm, or without a network, pages show
# plain code; the next call tries again.
python: $(VENV)/site.done
	@$(PY) -m runner.pack

# An environment with uv. Where the machine has none, its locked release is
# fetched.
$(VENV)/uv.done: requirements/uv.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and \
	    "$(PYTHON) is Python %d.%d; this project needs 3.11 or newer: make PYTHON=python3.12" % sys.version_info[:2])'
	if command -v uv >/dev/null; then \
	    uv venv --quiet --clear --python "$$(command -v $(PYTHON))" $(VENV) && \
	    ln -s "$$(command -v uv)" $(VENV)/bin/uv; \
	else \
	    $(PYTHON) -m venv --clear $(VENV) && \
	    $(PY) -m pip install --quiet --require-hashes -r requirements/uv.txt; \
	fi
	@touch $@

$(VENV)/project.done: requirements/install.py pyproject.toml $(VENV)/uv.done
	$(PY) $<
	@touch $@

$(VENV)/site.done $(VENV)/test.done: $(VENV)/victoria.done | $(VENV)/project.done

# A second Nova, beside the import path: pages show where it differed.
$(VENV)/victoria.done: requirements/victoria.txt $(VENV)/uv.done
	$(VENV)/bin/uv pip install --quiet --python $(PY) --no-deps --require-hashes --target $(VENV)/victoria -r $<
	@touch $@

# The other engine with all that it needs, in an environment of its own.
$(VENV)/engines/zensical.done: requirements/zensical.txt $(VENV)/victoria.done
	$(VENV)/bin/uv venv --quiet --clear --python $(PY) $(VENV)/engines/zensical
	$(VENV)/bin/uv pip install --quiet --python $(VENV)/engines/zensical/bin/python \
	    --no-deps --require-hashes -r $<
	ln -s ../../victoria $(VENV)/engines/zensical/victoria
	@touch $@

$(VENV)/%.done: requirements/%.txt $(VENV)/uv.done
	$(VENV)/bin/uv pip install --quiet --python $(PY) --no-deps --require-hashes -r $<
	@touch $@
