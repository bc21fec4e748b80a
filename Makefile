# `make up` and `make test` are all a fresh machine needs: a Rust toolchain, make, a C++ compiler, Python with pip.

CARGO ?= cargo
DENY_VERSION := 0.20.2
TOOLS := .cache/tools

.PHONY: help up build test setup format lint docs deny unit clean

help: ## list the targets
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

up: build ## set up, build, start the mesh; the first start trains it on the bundled corpus
	./target/release/switchboard up

build: setup ## set up and build the release binaries into target/release
	$(CARGO) build --release --locked --workspace

test: setup format build lint docs deny unit ## set up and run every check and test
	@echo "make test: everything passed"

setup: ## install what is missing on this machine; fetch libtorch and the base of the transformer into .cache
	@deploy/check-machine
	@python3 deploy/setup

format:
	$(CARGO) fmt --all --check

lint:
	$(CARGO) clippy --release --locked --workspace --all-targets -- -D warnings

docs:
	RUSTDOCFLAGS="-D warnings" $(CARGO) doc --release --locked --workspace --no-deps

# One owner per heavy dependency, known licences, crates.io only. Advisories need a network: .github/workflows/ci.yml.
deny: $(TOOLS)/bin/cargo-deny
	$(TOOLS)/bin/cargo-deny --locked check bans licenses sources

$(TOOLS)/bin/cargo-deny:
	$(CARGO) install cargo-deny --version $(DENY_VERSION) --locked --debug --root $(TOOLS)

unit:
	$(CARGO) test --release --locked --workspace
	python3 deploy/setup/test_setup.py

clean: ## remove what was built, trained and downloaded
	rm -rf target data .cache
