"""A web process that dies is replaced, and leaves no image of its keys; who sends slowly stops nobody; the home is its
owner's alone.
"""

import os
import resource
import select
import signal
import socket
import stat
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

from integration.conftest import Installation
from yizheng.doors import bodies

PATIENCE = 30


def answers(url: str, *, within: float = PATIENCE) -> bool:
    until = time.monotonic() + within
    while time.monotonic() < until:
        try:
            with urllib.request.urlopen(url, timeout=2):  # noqa: S310 (our own server)
                return True
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.2)
    return False


def children(pid: int) -> list[int]:
    return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def half_a_request(port: int) -> socket.socket:
    """A sender who says that 100 bytes come, and sends three."""
    line = socket.create_connection(("127.0.0.1", port), timeout=5)
    line.sendall(b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\nabc")
    return line


def test_web_whose_process_dies_answers_again_by_itself(tmp_path: Path) -> None:
    city = Installation(tmp_path / "home")
    city.run("init")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    url = f"http://127.0.0.1:{port}/offline/"
    command = [sys.executable, "-m", "yizheng", "serve", "--port", str(port)]
    with subprocess.Popen(
        command, env=city.environment(), cwd=tmp_path, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as server:
        try:
            assert answers(url)
            slow = [half_a_request(port) for _ in range(40)]  # eight of them stopped both webs
            assert answers(url, within=2)
            told, _, _ = select.select(slow, [], [], 0)
            assert {one.recv(20)[9:12] for one in told} == {
                b"429"
            }  # beyond what one address may have on the way
            assert len(told) == len(slow) - bodies.MOST_OF_AN_ADDRESS
            for one in slow:
                one.close()
            (worker,) = children(server.pid)
            os.kill(worker, signal.SIGABRT)  # as a library does that gives up
            assert answers(url)
            assert worker not in children(server.pid)
        finally:
            server.terminate()
    assert [file for file in tmp_path.rglob("core*") if file.is_file()] == []


def test_home_that_was_open_to_others_is_closed_to_them(tmp_path: Path) -> None:
    city = Installation(tmp_path / "home")
    city.home.mkdir(mode=0o755)
    city.run("init")
    assert stat.S_IMODE(city.home.stat().st_mode) == 0o700


def test_process_that_crashes_leaves_no_image_of_its_keys() -> None:
    assert resource.getrlimit(resource.RLIMIT_CORE) == (0, 0)
