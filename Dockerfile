# The service alone, without what built it. The state is in /data: keys, and the SQLite file
# where ERC_DATABASE_URL names no other database. `erc migrate` comes first (see compose.yaml).
FROM python:3.11-slim AS build
WORKDIR /srv/certification
COPY requirements.lock ./
RUN python -m venv --without-pip /venv \
    && pip --python /venv/bin/python install --no-cache-dir --no-deps --require-hashes -r requirements.lock
COPY pyproject.toml README.md ./
COPY app app
COPY migrations migrations
RUN pip --python /venv/bin/python install --no-cache-dir --no-deps --no-build-isolation -e . \
    && pip --python /venv/bin/python uninstall --yes flit_core \
    && python -m compileall -q app migrations

FROM python:3.11-slim
RUN pip uninstall --yes --root-user-action=ignore setuptools wheel pip \
    && useradd --uid 10001 --home-dir /data --create-home --shell /usr/sbin/nologin erc
WORKDIR /srv/certification
COPY --from=build /venv /venv
COPY --from=build /srv/certification/app app
COPY --from=build /srv/certification/migrations migrations
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 ERC_DATA_DIR=/data
USER 10001
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s CMD ["python", "-c", \
    "from urllib.request import urlopen; urlopen('http://127.0.0.1:8000/readyz', timeout=2)"]
CMD ["erc", "serve", "--host", "0.0.0.0"]
