# Each target does all its own set-up; nothing is done twice. `make` alone lists them.
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory
env := .setup/with-env

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' Makefile | while IFS="$$(printf '\t')" read -r name what; do printf '  make %-8s %s\n' "$$name" "$$what"; done

setup: ## system packages, Rust with wasm, cargo-leptos, npm packages
	@.setup/system.sh
	@.setup/wasm-std.sh
	@.setup/tools.sh
	@.setup/web.sh

setup-tests: setup
	@.setup/system.sh --tests
	@.setup/web.sh --tests
	@tests/services/swift.sh install

build: setup ## release build: target/release/notetaker and target/site
	@.setup/build.sh

run: build ## build and serve on http://127.0.0.1:3000
	@exec target/release/notetaker serve

# Without hashes in their names, a changed stylesheet takes the place of the old one in the open page.
dev: setup ## rebuild and reload on every change
	@LEPTOS_HASH_FILES=false $(env) cargo leptos watch -- serve

test: setup-tests ## every test: Rust on all back ends, then three browsers
	@.setup/test.sh

torture: setup-tests ## what `make test` has no time for: every fault, every recording, hours of it
	@.setup/torture.sh

bench: setup-tests build ## numbers: generation, upload, memory, databases; first frame and Lighthouse in Chromium
	@.setup/bench.sh

fmt: ## format the Rust code
	@cargo fmt

lint: setup-tests ## clippy, shellcheck, TypeScript
	@.setup/lint.sh

clean: ## forget builds and npm packages (tools in the cache stay)
	@rm -rf target/release target/front target/debug target/site target/.built target/.toolchain
	@rm -rf .setup/web/node_modules end2end/node_modules end2end/out public/vendor public/fonts

.PHONY: help setup setup-tests build run dev test torture bench fmt lint clean
