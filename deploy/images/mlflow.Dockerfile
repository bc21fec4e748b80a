# MLflow's own image has no driver for PostgreSQL.
ARG MLFLOW_IMAGE=ghcr.io/mlflow/mlflow:v3.16.1@sha256:06058cc872276873e9759c635e773342aca4731e240f6d20d88ea43774083984
FROM ${MLFLOW_IMAGE}
LABEL org.opencontainers.image.title="switchboard mlflow" \
      org.opencontainers.image.description="MLflow's tracking server with a PostgreSQL driver" \
      org.opencontainers.image.version="3.16.1" \
      org.opencontainers.image.licenses="Apache-2.0"
RUN python3 -m pip install --no-cache-dir psycopg2-binary==2.9.13 \
    && install -d -o 65532 -g 65532 /var/lib/mlflow
WORKDIR /
STOPSIGNAL SIGTERM
USER 65532:65532
EXPOSE 5000
HEALTHCHECK --interval=10s --timeout=5s --start-period=120s --retries=3 \
    CMD ["python3", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:5000/health', timeout=2)"]
CMD ["mlflow", "server", "--host", "0.0.0.0", "--port", "5000"]
