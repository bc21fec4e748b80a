# The programs that need no libtorch. From the checkout's root, one image a target:
#   docker build -f deploy/images/mesh.Dockerfile --target agent -t switchboard/agent:0.1.0 .
# Targets: agent, tfidf, train-tfidf.

# Where they come from may be set, to a mirror for example; ../README.md says how to move to a newer one.
ARG RUST_IMAGE=docker.io/library/rust:1.95.0-slim-bookworm@sha256:d7482085ff5b415f84dba5647ae71606650bdef00db7aeb69f4b3d170c3e4082
ARG SERVING_IMAGE=gcr.io/distroless/cc-debian12:nonroot@sha256:9dac0a79194e45a7da0158a9c6da57b217585af0786db3845d1f0ec1a0dd182f
ARG TRAINING_IMAGE=docker.io/library/debian:bookworm-20260824-slim@sha256:88200866dfff7ea7f5cbcb6ec7c8a701889efe6fe859fe64d6990e4b07ea4171

FROM ${RUST_IMAGE} AS build
WORKDIR /src
COPY . .
# The caches are of this builder alone; what is kept is copied out of them. One build at a time writes to them.
RUN --mount=type=cache,id=switchboard-crates,target=/usr/local/cargo/registry,sharing=locked \
    --mount=type=cache,id=switchboard-target,target=/src/target,sharing=locked \
    cargo build --release --locked \
    && mkdir -p /out/bin /out/registry /out/decisions \
    && for program in agent tfidf switchboard make-corpus train-tfidf calibrate-routing; do cp "target/release/$program" /out/bin/; done \
    && rustc --edition 2024 -O -C panic=abort -o /out/bin/healthcheck deploy/images/healthcheck.rs

# No shell, no package manager: the C library, and what it needs.
FROM ${SERVING_IMAGE} AS serving
ARG VERSION=0.1.0
ARG REVISION=unknown
LABEL org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.licenses="Apache-2.0"
COPY LICENSE /usr/share/doc/switchboard/
COPY --from=build /out/bin/healthcheck /usr/local/bin/
COPY --from=build --chown=65532:65532 /out/registry /var/lib/switchboard/registry
ENV SWITCHBOARD_REGISTRY=file:/var/lib/switchboard/registry \
    SWITCHBOARD_LOG_FORMAT=json
WORKDIR /
STOPSIGNAL SIGTERM
USER 65532:65532

FROM serving AS agent
LABEL org.opencontainers.image.title="switchboard agent" \
      org.opencontainers.image.description="Takes support tickets over HTTP and gRPC, removes personal data, routes them to a model"
COPY --from=build /out/bin/agent /usr/local/bin/
# A volume that is mounted here is the user's. AGENT_DECISIONS=sqlite:/var/lib/switchboard/decisions/decisions.db keeps decisions in it.
COPY --from=build --chown=65532:65532 /out/decisions /var/lib/switchboard/decisions
ENV AGENT_LISTEN=0.0.0.0:8000 \
    AGENT_ADMIN_LISTEN=0.0.0.0:9000
EXPOSE 8000 9000
HEALTHCHECK --interval=10s --timeout=3s --start-period=15s --retries=3 CMD ["/usr/local/bin/healthcheck", "127.0.0.1:9000", "/livez"]
ENTRYPOINT ["/usr/local/bin/agent"]

FROM serving AS tfidf
LABEL org.opencontainers.image.title="switchboard tfidf" \
      org.opencontainers.image.description="Serves the linear ticket classifier over gRPC and HTTP"
COPY --from=build /out/bin/tfidf /usr/local/bin/
ENV TFIDF_LISTEN=0.0.0.0:8001 \
    TFIDF_ADMIN_LISTEN=0.0.0.0:9001
EXPOSE 8001 9001
HEALTHCHECK --interval=10s --timeout=3s --start-period=15s --retries=3 CMD ["/usr/local/bin/healthcheck", "127.0.0.1:9001", "/livez"]
ENTRYPOINT ["/usr/local/bin/tfidf"]

# Has a shell, for the script; runs once and ends, so it has no health.
FROM ${TRAINING_IMAGE} AS train-tfidf
ARG VERSION=0.1.0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="switchboard train-tfidf" \
      org.opencontainers.image.description="Trains the linear ticket classifier, and has the operator's command" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.licenses="Apache-2.0"
COPY LICENSE /usr/share/doc/switchboard/
COPY deploy/images/first-model /usr/local/bin/
COPY --from=build /out/bin/switchboard /out/bin/make-corpus /out/bin/train-tfidf /out/bin/calibrate-routing /usr/local/bin/
COPY --from=build --chown=65532:65532 /out/registry /var/lib/switchboard/registry
ENV SWITCHBOARD_REGISTRY=file:/var/lib/switchboard/registry
WORKDIR /
STOPSIGNAL SIGTERM
USER 65532:65532
HEALTHCHECK NONE
CMD ["/usr/local/bin/first-model", "tfidf"]
