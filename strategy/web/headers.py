"""What every answer tells the browser to refuse, and compression."""

from __future__ import annotations

import gzip
import secrets

from flask import Flask, Response, g, request

from strategy.web.request import settings

COMPRESSED = ("text/html", "application/json", "text/css", "text/javascript", "image/svg+xml")
WORTH_COMPRESSING = 1_000
"""Bytes; below it the headers cost more than is saved."""


def nonce() -> str:
    """The request's own nonce: only scripts that carry it run."""
    if "nonce" not in g:
        g.nonce = secrets.token_urlsafe(16)
    return str(g.nonce)


def policy() -> str:
    """The Content-Security-Policy. No other host, nothing inline."""
    socket = settings().external.replace("http", "ws", 1)
    here = request.host_url.rstrip("/").replace("http", "ws", 1)
    rules = {
        "default-src": "'none'",
        "script-src": f"'nonce-{nonce()}' 'strict-dynamic'",
        "style-src": "'self'",
        "img-src": "'self' data: blob:",
        "font-src": "'self'",
        "connect-src": " ".join(dict.fromkeys(["'self'", socket, here])),
        "manifest-src": "'self'",
        "form-action": "'self'",
        "base-uri": "'none'",
        "frame-ancestors": "'none'",
        "object-src": "'none'",
    }
    return "; ".join(f"{name} {value}" for name, value in rules.items())


def _guard(response: Response) -> Response:
    response.headers.setdefault("Content-Security-Policy", policy())
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "same-origin"
    response.headers["X-Frame-Options"] = "DENY"
    response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    response.headers["Permissions-Policy"] = (
        "camera=(), microphone=(), geolocation=(), interest-cohort=()"
    )
    if settings().secure:
        response.headers["Strict-Transport-Security"] = "max-age=63072000; includeSubDomains"
    response.headers.setdefault("Cache-Control", "no-store")
    return response


def _compress(response: Response) -> Response:
    if (
        response.direct_passthrough
        or response.is_streamed
        or response.status_code < 200
        or response.mimetype not in COMPRESSED
        or "Content-Encoding" in response.headers
        or "gzip" not in request.headers.get("Accept-Encoding", "")
    ):
        return response
    data = response.get_data()
    if len(data) >= WORTH_COMPRESSING:
        response.set_data(gzip.compress(data, 5, mtime=0))
        response.headers["Content-Encoding"] = "gzip"
        response.vary.add("Accept-Encoding")
    return response


def init_app(app: Flask) -> None:
    """Guard and compress every answer."""
    app.after_request(_compress)
    app.after_request(_guard)
    app.jinja_env.globals["nonce"] = nonce
