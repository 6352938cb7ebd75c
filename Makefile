# Wenzheng 问政. `make` lists what there is; every target is a script that can be run alone.
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

# Where `make run` and `make fuzz` may be told otherwise.
ARGS ?=
FUZZTIME ?= 60s
FUZZ ?= .
BENCH ?= .
ROOM ?=
COUNT ?= 5

.PHONY: help run build web test check shots format bench bench-callbacks bench-day prove office fuzz compose-lint clean

help: ## list the targets
	@awk 'BEGIN {FS = ":.*## "} /^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: build ## build, then try the program on this machine (flags by ARGS="--addr 127.0.0.1:8081")
	@bin/wenzheng demo $(ARGS)

build: web ## build bin/wenzheng
	@scripts/build

web: ## build the console when its sources changed
	@scripts/web

test: ## all tests: Go with the race detector on SQLite and MariaDB, console, browser (ROOM=bot: one room, in seconds; RACE=all: whole rooms raced)
	@scripts/test $(ROOM)

check: ## formatting and linters, Go and console
	@scripts/check

shots: build ## pictures of every page of the console, both languages, themes and widths, into web/test/shots
	@scripts/shots

format: ## format the Go sources
	@scripts/check --fix

bench: ## benchmarks of all rooms and of the whole callback, interleaved, medians (BENCH=pattern COUNT=5)
	@scripts/bench '$(BENCH)' '$(COUNT)'
	@$(MAKE) bench-callbacks

bench-callbacks: build ## the callback against its ceilings, on the real binary
	@CGO_ENABLED=0 go -C bench build -tags nomsgpack -trimpath -o ../bin/bench .
	@node scripts/bench-callbacks.mjs -rounds '$(COUNT)'

bench-day: ## a day of the desk at 100 times speed: 2,000 conversations, 300 cases, assignment, sends, figures recounted (5 minutes; ARGS=-conversations 200)
	@CGO_ENABLED=0 go -C bench build -tags nomsgpack -trimpath -o ../bin/day ./day
	@node scripts/bench-day.mjs $(ARGS)

prove: build ## kill the program, at its crash points too, and the database under load, and check the order of system calls
	@scripts/prove

office: build ## take exported files through LibreOffice and back (scripts/setup-test --office installs it)
	@BIN=bin/wenzheng scripts/office

fuzz: ## every fuzz target for a minute (FUZZTIME=60s FUZZ=pattern)
	@scripts/fuzz '$(FUZZ)' '$(FUZZTIME)'

compose-lint: ## check docker-compose.yml, where docker is installed
	@scripts/compose-lint

clean: ## delete what was built
	@rm -rf bin web/node_modules browser/node_modules
	@find web/dist -mindepth 1 ! -name .gitkeep -delete
