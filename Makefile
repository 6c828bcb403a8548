# The two commands for a fresh machine are `make demo` and `make test`; `make help` lists the rest.

VENV := .venv
BIN := $(VENV)/bin
# Debian's own python3, where there is one: libslurm's headers are Debian's too.
PYTHON ?= $(firstword $(wildcard /usr/bin/python3) python3)
SCALEOUT := contrib/scaleout/scaleout
RELEASES ?= 22.05 24.05 24.11 26.05 26.11
SOURCES := $(shell find src libslurm_cffi -name '*.py' -o -name '*.c' -o -name '*.h' -o -path '*/pages/ui/*')

.DEFAULT_GOAL := up
.PHONY: install uninstall docs screenshots specs schemathesis up bash stop status demo test matrix bench coverage mutation soak lint clean help packages

up: packages  ## start a Slurm cluster on this machine (the default target)
	@$(SCALEOUT) up
	@echo "Next: make bash, a shell on the cluster; make stop ends it."

bash: $(VENV)/.product up  ## a shell of the user fred on the cluster, with restd-inet
	@PATH="$(CURDIR)/$(BIN):$$PATH" $(SCALEOUT) shell; status=$$?; \
	    echo "The cluster still runs: make bash for another shell, make stop ends it."; exit $$status

install:  ## restd-inet for this machine, as root; PREFIX=/opt/restd-inet LINK=/usr/local, LINK= for no links
	@contrib/install --python "$(PYTHON)" $(if $(PREFIX),--prefix "$(PREFIX)") \
	    $(if $(filter undefined,$(origin LINK)),,--link "$(LINK)")

uninstall:  ## what `make install` has installed; PREFIX as there
	@contrib/install --uninstall $(if $(PREFIX),--prefix "$(PREFIX)")

stop:  ## end the cluster and remove its files
	@$(SCALEOUT) down

status:  ## what of the cluster runs
	@$(SCALEOUT) status

demo: $(VENV)/.product  ## a tour: the slides' requests on a cluster of their own
	@contrib/demo/demo $(BIN)
	@echo; echo "Next: make bash, a shell on a cluster of yours; or make test."

test: $(VENV)/.installed  ## all tests, on clusters of their own
	@$(BIN)/python tests/matrix.py -- $(TESTS)
	@echo; echo "All tests passed. Next: make demo for a tour, make bench for figures."

matrix: $(VENV)/.installed  ## all tests on every release of Slurm; RELEASES="24.11" on one
	@contrib/packages debootstrap
	@$(BIN)/python tests/matrix.py $(RELEASES) -- $(TESTS)

bench: $(VENV)/.installed  ## restd-inet and slurmrestd side by side
	@$(BIN)/python -m tests.bench

soak: $(VENV)/.installed  ## 50,000 requests while daemons, processes, disk and log fail; REQUESTS=5000 for fewer
	@$(BIN)/python -m tests.soak

schemathesis: $(VENV)/.installed  ## many requests made from every OpenAPI document; some 20 minutes
	@SCHEMATHESIS_VERSIONS="$(patsubst specs/%.json,%,$(wildcard specs/v0.0.[34]*.json))" \
	    SCHEMATHESIS_RESTD_VERSIONS="$(patsubst specs/%.json,%,$(wildcard specs/v0.0.4*.json))" \
	    SCHEMATHESIS_EXAMPLES=$(or $(EXAMPLES),50) $(BIN)/pytest -q tests/clients/test_schemathesis.py

coverage: $(VENV)/.installed  ## branches of http/, codec/, auth/, serve/ and schema/kinds/ that unit tests take
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check 'coverage>=7.10'
	@$(BIN)/python tests/branches.py $(TESTS)

mutation: $(VENV)/.installed  ## mutants of http/, auth/ and schema/kinds/ that unit tests kill; hours; MUTANTS="restd_inet.auth*"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check 'mutmut>=3.8'
	@rm -rf mutants
	@$(BIN)/python -m mutmut run $(MUTANTS)
	@$(BIN)/python -m mutmut results

lint: $(VENV)/.installed  ## ruff and mypy
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy

docs: $(VENV)/.installed  ## write tables and versions of README.md, docs/, contrib/ and the man page anew
	@$(BIN)/python tests/write_docs.py

screenshots: $(VENV)/.installed  ## the pictures of the front page in docs/images; needs Chromium
	@PYTHONPATH=tests $(BIN)/python tests/screenshots.py

specs:  ## write the OpenAPI documents anew, after a change of a table or a route
	@# From src: a new version cannot be installed before it has its document.
	@test -x $(BIN)/python || $(MAKE) $(VENV)/.installed
	@PYTHONPATH=src $(BIN)/python -m restd_inet.openapi.generate specs
	@$(BIN)/python contrib/client/generate.py

clean: stop  ## remove what was built
	@rm -rf $(VENV) build dist src/*.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
	@rm -f libslurm_cffi/*.so src/restd_inet/*.so

help:
	@sed -n 's/^\([a-z]*\):.*##/\1:/p' Makefile

packages:
	@contrib/packages

# An ordinary install in the virtual environment: what users get, and as fast to start.
# .product is what `make demo` and `make bash` need, .installed has what tests and linters need, too.
BUILT_OF := setup.cfg setup.py pyproject.toml $(SOURCES) $(wildcard /usr/include/slurm/slurm.h)
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check

$(VENV)/.product: $(BUILT_OF) | packages
	@echo "==> virtual environment ($(VENV))"
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@# What builds it is here too: pip need not gather it again for each build.
	@$(PIP) setuptools wheel 'cffi>=1.15'
	@echo "==> restd-inet, built for the Slurm of this machine"
	@$(PIP) --no-build-isolation .
	@$(BIN)/restd-inet prepare >/dev/null
	@touch $@

$(VENV)/.installed: $(BUILT_OF) | packages
	@echo "==> virtual environment ($(VENV)), with what tests and linters need"
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(PIP) setuptools wheel 'cffi>=1.15'
	@$(PIP) --no-build-isolation '.[test,lint]'
	@$(BIN)/restd-inet prepare >/dev/null
	@# And beside its source, where a Python that is started in the checkout looks first.
	@$(BIN)/python setup.py -q build_ext --inplace
	@touch $(VENV)/.product $@
