# One image for every process: web (the default), worker, dispatcher, beat, sandbox.
FROM python:3.12-slim-bookworm AS build
RUN python -m venv /venv
COPY requirements/base.txt /tmp/base.txt
# Wheels only: nothing is compiled, so the image needs no compiler.
RUN /venv/bin/pip install --no-cache-dir --disable-pip-version-check \
    --only-binary :all: --require-hashes -r /tmp/base.txt

FROM python:3.12-slim-bookworm
ENV PATH=/venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    DATA_DIR=/app/var
RUN useradd --system --uid 10001 --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin shopkontor
COPY --from=build /venv /venv
WORKDIR /app
COPY . .
# Static files and translations belong to the image. The secrets are for this step only: without
# them the settings would make some and leave them in the image, the same for everybody.
RUN export SECRET_KEY=only-for-building TOKEN_KEYS=only-for-building \
    && python manage.py compile_translations \
    && python manage.py collectstatic --no-input --verbosity 0 \
    && install -d -o shopkontor -g shopkontor var/locks var/log \
    && chown shopkontor:shopkontor var
USER shopkontor
EXPOSE 8000
STOPSIGNAL SIGTERM
CMD ["gunicorn", "connector.wsgi:application", "--bind", "0.0.0.0:8000", "--worker-class", "gthread", \
     "--workers", "2", "--threads", "8", "--no-control-socket", "--worker-tmp-dir", "/dev/shm", \
     "--access-logfile", "-"]
