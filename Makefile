# `make up` and `make test` are all a fresh machine needs: a Rust toolchain, make, a C++ compiler, Python with pip.

CARGO ?= cargo
DENY_VERSION := 0.20.2
TOOLS := .cache/tools

CHECKS := images compose kubernetes rules dashboards workflows readonly

.PHONY: help up build test setup tools format lint docs deny checks unit retrain bench images clean

help: ## list the targets
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

up: build ## set up, build, start the mesh; the first start trains it on the bundled corpus
	./target/release/switchboard up

build: setup ## set up and build the release binaries into target/release
	$(CARGO) build --release --locked --workspace

test: setup tools format build lint docs deny checks unit ## set up and run every check and test
	@echo "make test: everything passed"

setup: ## install what is missing on this machine; fetch libtorch and the base of the transformer into .cache
	@deploy/check-machine
	@python3 deploy/setup

# What the checks and tests need beside the build: Prometheus, MLflow, DVC, a browser, linters and schemas.
tools:
	@deploy/check-machine --tests
	@python3 deploy/checks/tools.py prometheus >/dev/null
	@python3 deploy/checks/tools.py venv >/dev/null
	@python3 deploy/checks/tools.py dvc >/dev/null
	@python3 deploy/checks/tools.py mlflow >/dev/null

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

# Images, manifests, rules, dashboards and workflows, each against its schema and our own rules.
checks: $(CHECKS:%=check-%)

check-%: tools
	@python3 deploy/checks/$*.py

unit:
	$(CARGO) test --release --locked --workspace
	python3 deploy/setup/test_setup.py
	python3 deploy/bench/test_bench.py
	python3 training/fetch/test_fetch.py
	python3 training/tests/test_stages.py
	python3 training/tests/test_pipeline.py

retrain: build ## train anew and offer the result to the registry, by training/dvc.yaml
	training/repro

bench: setup ## measure beside the usual Python service and print the figures; your own tickets: make bench DATA=F.csv TEXT=COLUMN LABEL=COLUMN
	@deploy/check-machine --bench
	$(CARGO) build --release --locked
	$(CARGO) build --release --locked -p switchboard-transformer -p switchboard-train-transformer
	$(CARGO) build --release --locked -p switchboard-model-service --example constant
	deploy/bench/run $(if $(DATA),--data "$(DATA)") $(if $(TEXT),--text-column "$(TEXT)") $(if $(LABEL),--label-column "$(LABEL)")

images: ## prove the images: run their build steps from an empty root, and the mesh in them (root, about 40 min on 2 cores)
	deploy/images/prove

clean: ## remove what was built, trained and downloaded
	rm -rf target data .cache
