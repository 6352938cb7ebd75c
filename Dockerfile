# syntax=docker/dockerfile:1

# 1. The console. Without sources in web/ this stage builds nothing.
FROM node:20-bookworm-slim AS console
WORKDIR /src
COPY scripts ./scripts
COPY web ./web
COPY openapi.yaml ./
RUN scripts/web

# 2. The program: static, and the empty folders of the image.
FROM golang:1.26-bookworm AS program
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
COPY --from=console /src/web/dist ./web/dist
ARG VERSION=dev
ARG COMMIT=
ARG DATE=
RUN scripts/build \
    && install -d -m 0700 /image/data \
    && install -d -m 1777 /image/tmp

# 3. The image: the program, certificates for WeChat's API, an empty data folder. No shell.
# Zone files are inside the program.
FROM scratch
COPY --from=program /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/ca-certificates.crt
COPY --from=program /src/bin/wenzheng /usr/local/bin/wenzheng
COPY --from=program --chown=65532:65532 /image/ /
USER 65532:65532
ENV WENZHENG_ADDR=:8080 \
    WENZHENG_METRICS_ADDR=:9464 \
    WENZHENG_DATA_DIR=/data
# The journal must survive the container: it refuses to start on a container's own layer, and on a
# volume that `wenzheng init` has not prepared.
VOLUME /data
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=15s --retries=3 \
    CMD ["/usr/local/bin/wenzheng", "health", "--url", "http://127.0.0.1:8080"]
ENTRYPOINT ["/usr/local/bin/wenzheng"]
CMD ["serve"]
