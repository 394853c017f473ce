"""A message's bytes as a download: never shown by the browser, whatever is in them."""

from __future__ import annotations

from werkzeug.wrappers import Response


def as_download(content: bytes, name: str) -> Response:
    """`name` is ours, never the sender's."""
    response = Response(content, content_type="message/rfc822")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
