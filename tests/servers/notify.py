"""A stand-in for GOV.UK Notify on loopback: OUR OWN STUB, not Notify. It answers as Notify's documentation says
(docs.notifications.service.gov.uk/rest-api.html: letters, e-mails, get notifications, errors), and no more.

with NotifyStub() as stub:
    stub.refuses = (400, "ValidationError", "postage invalid")
"""

from __future__ import annotations

import base64
import json
import threading
import uuid
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any
from urllib.parse import parse_qs, urlsplit

SERVICE, SECRET = "26785a09-ab16-4eb0-8407-a37497a57506", "3d844edf-8d35-48ac-975b-e847b4f122b0"
KEY = f"tests-{SERVICE}-{SECRET}"


class NotifyStub:
    """`taken` holds what was accepted, by path and body. `refuses`: status, error and message of its next answers."""

    def __init__(self) -> None:
        self.taken: list[tuple[str, dict[str, Any]]] = []
        self.refuses: tuple[int, str, str] | None = None
        self.loses_its_answer = False  # it takes the letter, and the line goes dead

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> NotifyStub:
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                wanted = parse_qs(urlsplit(self.path).query).get("reference", [""])[0]
                found = [{"id": body["id"], "reference": body["reference"]} for _, body in outer.taken]
                self._answer(200, {"notifications": [f for f in found if f["reference"] == wanted], "links": {}})

            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                if not _is_ours(self.headers.get("Authorization", "")):
                    return self._error(403, "AuthError", "Invalid token: API key not found")
                if outer.refuses:
                    return self._error(*outer.refuses)
                body["id"] = str(uuid.uuid4())
                outer.taken.append((self.path, body))
                if outer.loses_its_answer:
                    return self._error(502, "BadGateway", "no answer")
                answer = {"id": body["id"], "reference": body["reference"], "postage": body.get("postage")}
                return self._answer(201, answer)

            def _error(self, status: int, error: str, message: str) -> None:
                self._answer(status, {"status_code": status, "errors": [{"error": error, "message": message}]})

            def _answer(self, status: int, words: dict[str, Any]) -> None:
                content = json.dumps(words).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, format: str, *args: object) -> None:
                return

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


def _is_ours(authorization: str) -> bool:
    """Whether the token names our service (Notify: a JSON Web Token whose `iss` is the service's number)."""
    claims = authorization.removeprefix("Bearer ").split(".")[1]
    told: dict[str, Any] = json.loads(base64.urlsafe_b64decode(claims + "=" * (-len(claims) % 4)))
    return str(told["iss"]) == SERVICE
