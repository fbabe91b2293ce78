FROM python:3.11-slim-bookworm AS build
WORKDIR /src
RUN pip install --no-cache-dir build
COPY . .
RUN python -m build --wheel --outdir /wheels

FROM python:3.11-slim-bookworm
RUN useradd --system --create-home --uid 10001 vorlauf && install -d -o vorlauf /var/lib/vorlauf
COPY requirements.lock /tmp/
COPY --from=build /wheels /tmp/wheels
RUN pip install --no-cache-dir -c /tmp/requirements.lock /tmp/wheels/*.whl && rm -r /tmp/wheels
USER vorlauf
ENV VORLAUF_DATA=/var/lib/vorlauf VORLAUF_HOST=0.0.0.0
EXPOSE 8000
HEALTHCHECK CMD python -c "import urllib.request as u; u.urlopen('http://127.0.0.1:8000/healthz')"
CMD ["vorlauf", "serve"]
