# Every target brings what it needs. CKAN=2.11 picks the other version: CKAN=2.11 make test
SHELL := /bin/sh
.DEFAULT_GOAL := help

# python3 under another name is enough; launch.py then looks for the version it needs.
PYTHON ?= $(firstword $(foreach name,python3 python3.12 python3.11 python3.10,\
	$(shell command -v $(name) 2>/dev/null)))
# `exec`, so that a signal for make's child reaches the program and not a shell.
RUN = @exec $(or $(PYTHON),$(MISSING)) ckanext/promote/portal/launch.py
MISSING = sh -c 'echo "Python 3.10, 3.11 or 3.12 is missing: install it (Debian 12, Ubuntu:\
	apt-get install python3 python3-venv python3-dev; Fedora: dnf install python3.12\
	python3.12-devel) and run make again." >&2; exit 1'

PYBABEL = $(RUN) -m babel.messages.frontend --quiet
ORDER = --sort-output --no-wrap --add-location file
DOMAIN = ckanext-promote
CATALOGUES = ckanext/promote/i18n

.PHONY: help venv portal portal-clean test test-servers lint types bench browser screenshots i18n \
	existing

help:  ## this list
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' Makefile
	@echo
	@echo '  Variables: CKAN=2.12 or 2.11, PORT=5000, HOST=127.0.0.1, ARGS="..." for the program,'
	@echo '  CKAN_SQLALCHEMY_URL, CKAN_SOLR_URL, CKAN_REDIS_URL for servers of your own.'

portal:  ## the whole portal in the foreground, with its demonstration
	$(RUN) -m ckanext.promote.portal

portal-clean:  ## remove the portal's data, unless it runs
	$(RUN) -m ckanext.promote.portal clean

test:  ## the tests, on servers of their own: make test ARGS="tests/base -k clock"
	$(RUN) -m ckanext.promote.portal.testing pytest $(ARGS)

test-servers:  ## keep servers running that `make test` then uses
	$(RUN) -m ckanext.promote.portal.testing serve

browser:  ## the tests in a browser alone
	$(RUN) -m ckanext.promote.portal.testing pytest tests/browser $(ARGS)

bench:  ## what our pages cost beside CKAN's own
	$(RUN) -m ckanext.promote.portal.testing run -m ckanext.promote.portal.bench $(ARGS)

screenshots:  ## the pictures of the README, taken from the running portal
	$(RUN) tests/browser/screenshots.py $(ARGS)

existing:  ## do what the README says for portals that exist, on one with other plugins
	$(RUN) -m ckanext.promote.portal.existing

lint:  ## ruff, and djlint on the templates
	$(RUN) -m ruff check $(ARGS) .
	$(RUN) -m djlint --lint --quiet ckanext/promote/templates

types:  ## pyright
	$(RUN) -m pyright $(ARGS)

i18n:  ## the catalogues of texts: extract, update, compile
	$(PYBABEL) extract -F babel.cfg $(ORDER) --omit-header \
		-o $(CATALOGUES)/$(DOMAIN).pot ckanext/promote
	$(PYBABEL) update -D $(DOMAIN) -i $(CATALOGUES)/$(DOMAIN).pot -d $(CATALOGUES) -l es \
		--no-wrap --no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date
	$(PYBABEL) compile -D $(DOMAIN) -d $(CATALOGUES)

venv:  ## only the virtual environment, .venv or .venv-2.11
	$(RUN)
