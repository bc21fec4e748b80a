# The programs on libtorch (CPU). From the checkout's root, one image a target:
#   docker build -f deploy/images/transformer.Dockerfile --target transformer -t switchboard/transformer:0.1.0 .
# Targets: transformer, train-transformer. The first build fetches about 900 MB from the Python package index.

# The same three as in mesh.Dockerfile.
ARG RUST_IMAGE=docker.io/library/rust:1.95.0-slim-bookworm@sha256:d7482085ff5b415f84dba5647ae71606650bdef00db7aeb69f4b3d170c3e4082
ARG SERVING_IMAGE=gcr.io/distroless/cc-debian12:nonroot@sha256:9dac0a79194e45a7da0158a9c6da57b217585af0786db3845d1f0ec1a0dd182f
ARG TRAINING_IMAGE=docker.io/library/debian:bookworm-20260824-slim@sha256:88200866dfff7ea7f5cbcb6ec7c8a701889efe6fe859fe64d6990e4b07ea4171

FROM ${RUST_IMAGE} AS build
# Debian keeps no old versions to pin; a compiler and pip stay in this stage.
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install -y --no-install-recommends g++ python3 python3-pip \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /src
# By itself, so that a change of the code does not fetch libtorch anew. Everything is verified by hash.
COPY deploy/setup deploy/setup
RUN python3 deploy/setup
COPY . .
# The caches are of this builder alone; what is kept is copied out of them. One build at a time writes to them.
RUN --mount=type=cache,id=switchboard-crates,target=/usr/local/cargo/registry,sharing=locked \
    --mount=type=cache,id=switchboard-target,target=/src/target,sharing=locked \
    cargo build --release --locked -p switchboard-transformer -p switchboard-train-transformer \
        -p switchboard-train-corpus -p switchboard-train-routing -p switchboard-switchboard \
    && mkdir -p /out/bin /out/registry \
    && for program in transformer switchboard make-corpus train-transformer calibrate-routing; do cp "target/release/$program" /out/bin/; done \
    && rustc --edition 2024 -O -C panic=abort -o /out/bin/healthcheck deploy/images/healthcheck.rs

# No shell, no package manager: the C and C++ libraries, and what they need.
FROM ${SERVING_IMAGE} AS transformer
ARG VERSION=0.1.0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="switchboard transformer" \
      org.opencontainers.image.description="Serves the DistilBERT ticket classifier over gRPC and HTTP" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.licenses="Apache-2.0"
# The programs look for libtorch in the folder `lib` beside their own. Headers stay behind.
COPY --from=build /src/.cache/libtorch/lib/ /usr/local/lib/
COPY LICENSE /usr/share/doc/switchboard/
COPY --from=build --chown=65532:65532 /out/registry /var/lib/switchboard/registry
COPY --from=build /out/bin/healthcheck /out/bin/transformer /usr/local/bin/
ENV SWITCHBOARD_REGISTRY=file:/var/lib/switchboard/registry \
    SWITCHBOARD_LOG_FORMAT=json \
    TRANSFORMER_LISTEN=0.0.0.0:8002 \
    TRANSFORMER_ADMIN_LISTEN=0.0.0.0:9002
WORKDIR /
EXPOSE 8002 9002
STOPSIGNAL SIGTERM
USER 65532:65532
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s --retries=3 CMD ["/usr/local/bin/healthcheck", "127.0.0.1:9002", "/livez"]
ENTRYPOINT ["/usr/local/bin/transformer"]

# Has a shell, for the script; runs once and ends, so it has no health.
FROM ${TRAINING_IMAGE} AS train-transformer
ARG VERSION=0.1.0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="switchboard train-transformer" \
      org.opencontainers.image.description="Fine-tunes the DistilBERT ticket classifier, and has the operator's command" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.licenses="Apache-2.0"
COPY --from=build /src/.cache/libtorch/lib/ /usr/local/lib/
COPY --from=build /src/.cache/bases/minilm /usr/local/share/switchboard/bases/minilm
COPY LICENSE /usr/share/doc/switchboard/
COPY --from=build --chown=65532:65532 /out/registry /var/lib/switchboard/registry
COPY deploy/images/first-model /usr/local/bin/
COPY --from=build /out/bin/switchboard /out/bin/make-corpus /out/bin/train-transformer /out/bin/calibrate-routing /usr/local/bin/
ENV SWITCHBOARD_REGISTRY=file:/var/lib/switchboard/registry
WORKDIR /
STOPSIGNAL SIGTERM
USER 65532:65532
HEALTHCHECK NONE
CMD ["/usr/local/bin/first-model", "transformer", "--base", "/usr/local/share/switchboard/bases/minilm"]
