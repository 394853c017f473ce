"""The real server on loopback: which proxy it believes, what it says of itself, and a port that is taken."""

from __future__ import annotations

import http.client
import threading
from collections.abc import Iterator

import pytest

from bot.bootstrap import App
from bot.web.app import PageServer
from models.errors import SettingsError


@pytest.fixture
def port(app: App) -> Iterator[int]:
    server = PageServer(app, "127.0.0.1", 0)
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        yield server.port
    finally:
        server.close()
        thread.join()


def headers(port: int, **sent: str) -> http.client.HTTPMessage:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request("GET", "/sign-in", headers={name.replace("_", "-"): value for name, value in sent.items()})
        answer = connection.getresponse()
        answer.read()
        return answer.headers
    finally:
        connection.close()


def test_a_tls_proxy_on_this_machine_is_believed(port: int) -> None:
    assert "Secure" in headers(port, X_Forwarded_Proto="https")["Set-Cookie"]
    assert "Secure" not in headers(port)["Set-Cookie"]


def test_the_server_does_not_say_what_it_is(port: int) -> None:
    assert headers(port)["Server"] is None


def test_a_port_that_is_taken_is_named(port: int, app: App) -> None:
    with pytest.raises(SettingsError, match=f"port {port}"):
        PageServer(app, "127.0.0.1", port)
