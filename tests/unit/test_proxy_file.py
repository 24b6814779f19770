"""The proxy file that is shipped says what the product reads, and nginx takes it."""

import re
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from ipaddress import ip_network
from pathlib import Path

import pytest
from django.conf import settings
from django.test import RequestFactory

from yizheng.doors import bodies
from yizheng.doors.circumstances import address_of

FILE = Path(__file__).parents[2] / "deploy" / "nginx.conf"
TEXT = FILE.read_text()
NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")


def said(name: str) -> list[str]:
    """What the file says of a directive, in order."""
    return re.findall(rf"^\s*{name}\s+([^;]+);", TEXT, re.MULTILINE)


def test_proxy_file_lets_in_as_much_as_the_product_takes_and_keeps_it_in_memory() -> None:
    sizes = [f"{most >> 20}m" for most in (bodies.MOST_BYTES, bodies.MOST_OF_A_SOURCE)]
    assert said("client_max_body_size") == said("client_body_buffer_size") == sizes
    assert f"location {bodies.FROM_SOURCES} {{" in TEXT
    assert said("proxy_request_buffering") == ["on"]
    assert said("proxy_max_temp_file_size") == ["0"]


def test_proxy_file_drops_who_is_slow_and_slows_who_asks_too_much() -> None:
    grace = f"{bodies.GRACE_SECONDS:.0f}s"
    assert said("client_header_timeout") == said("client_body_timeout") == [grace]
    assert said("limit_req_status") == said("limit_conn_status") == ["429"]
    assert "$binary_remote_addr" in said("limit_req_zone")[0]
    assert "non_idempotent" not in said("proxy_next_upstream")[0]  # no write is ever sent twice


def test_proxy_file_passes_on_who_asks_and_for_whom() -> None:
    headers = dict(one.split(maxsplit=1) for one in said("proxy_set_header"))
    assert headers["X-Forwarded-For"] == "$proxy_add_x_forwarded_for"
    assert headers["Host"] == "$http_host"
    for name in ("YIZHENG_HTTPS=1", "YIZHENG_HOSTS=", "YIZHENG_ORIGIN=https://", "YIZHENG_PROXIES="):
        assert name in TEXT


class Upstream(BaseHTTPRequestHandler):
    """Stands where the product would and keeps the headers of who reached it."""

    reached: list[dict[str, str]] = []  # noqa: RUF012 (of one test)

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.reached.append(dict(self.headers.items()))
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture
def proxied(tmp_path: Path) -> Iterator[int]:
    """The port of nginx with the shipped file before the upstream; without TLS, and impatient, for the test."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    web = HTTPServer(("127.0.0.1", 0), Upstream)
    threading.Thread(target=web.serve_forever, daemon=True).start()
    text = TEXT.replace("listen 443 ssl", f"listen 127.0.0.1:{port}").replace(
        "listen 80", f"listen 127.0.0.1:{port}"
    )
    text = re.sub(r"^\s*ssl_\w+ .*$", "", text, flags=re.MULTILINE).replace(
        "127.0.0.1:8000", f"127.0.0.1:{web.server_port}"
    )
    text = re.sub(r"server \{\s*listen[^}]*308[^}]*\}", "", text, count=1).replace(
        "timeout   15s", "timeout 1s"
    )
    temp = "".join(
        f"{kind}_temp_path {tmp_path / kind};"
        for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    (tmp_path / "site.conf").write_text(text)
    (tmp_path / "nginx.conf").write_text(
        f"daemon off; pid {tmp_path / 'pid'}; error_log {tmp_path / 'log'};\nevents {{}}\n"
        f"http {{ access_log off; {temp} include {tmp_path / 'site.conf'}; }}\n"
    )
    command = [
        str(NGINX),
        "-p",
        str(tmp_path),
        "-c",
        str(tmp_path / "nginx.conf"),
        "-e",
        str(tmp_path / "log"),
    ]
    tried = subprocess.run([*command, "-t"], capture_output=True, text=True, check=False)
    assert tried.returncode == 0, tried.stderr
    server = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    try:
        until = time.monotonic() + 10
        while time.monotonic() < until:
            with suppress(ConnectionError), socket.create_connection(("127.0.0.1", port), timeout=1):
                break
            time.sleep(0.05)
        yield port
    finally:
        server.terminate()
        server.wait(10)
        web.shutdown()
        Upstream.reached.clear()


@pytest.mark.skipif(NGINX is None, reason="no nginx on this machine")
def test_nginx_takes_the_file_drops_half_a_body_and_says_who_asked(
    proxied: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    head = (
        b"POST /start/ HTTP/1.1\r\nHost: pension.example.cn\r\n"
        b"X-Forwarded-For: 6.6.6.6\r\nX_Forwarded_For: 7.7.7.7\r\n"
    )
    slow = socket.create_connection(("127.0.0.1", proxied), timeout=10)
    slow.sendall(head + b"Content-Length: 100\r\n\r\nabc")
    quick = socket.create_connection(("127.0.0.1", proxied), timeout=10)
    quick.sendall(head + b"Content-Length: 3\r\nConnection: close\r\n\r\nabc")
    assert quick.recv(100).startswith(b"HTTP/1.1 200")
    assert slow.recv(100) == b""  # dropped
    (headers,) = Upstream.reached  # the slow one never came this far
    assert headers["Host"] == "pension.example.cn"
    assert "X_Forwarded_For" not in headers
    monkeypatch.setattr(settings, "YIZHENG", replace(settings.YIZHENG, proxies=(ip_network("127.0.0.1"),)))
    request = RequestFactory().get(
        "/",
        REMOTE_ADDR="127.0.0.1",
        HTTP_X_FORWARDED_FOR=headers["X-Forwarded-For"].replace("127.0.0.1", "198.51.100.1"),
    )
    assert address_of(request) == "198.51.100.1"  # what nginx saw, not what the client began with
