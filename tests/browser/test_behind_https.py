"""Behind a proxy that ends TLS, as the handbook says: forms work, cookies travel over HTTPS alone."""

import os
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from playwright.sync_api import Browser, Page, expect

from browser.conftest import Agency, served


def certificate(folder: Path) -> Path:
    """A certificate for localhost that nobody vouches for, with its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.DNSName("localhost"), x509.IPAddress(ip_address("127.0.0.1"))]),
            critical=False,
        )
        .sign(key, hashes.SHA256())
    )
    file = folder / "localhost.pem"
    file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + made.public_bytes(serialization.Encoding.PEM)
    )
    return file


def pump(one: socket.socket, other: socket.socket) -> None:
    """Carry what comes from one to the other until either hangs up."""
    with suppress(OSError):
        while data := one.recv(1 << 16):
            other.sendall(data)
    for end in (one, other):
        with suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)


def carry(door: socket.socket, context: ssl.SSLContext, port: int) -> None:
    """Take every connection, end its TLS, and hand what is said to the web."""
    while True:
        try:
            plain, _ = door.accept()
        except OSError:
            return
        with suppress(OSError):
            line = context.wrap_socket(plain, server_side=True)
            web = socket.create_connection(("127.0.0.1", port))
            for ends in ((line, web), (web, line)):
                threading.Thread(target=pump, args=ends, daemon=True).start()


@pytest.fixture(scope="module")
def https(agency: Agency, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the agency's web behind TLS."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate(tmp_path_factory.mktemp("tls")))
    with socket.create_server(("127.0.0.1", 0)) as door:
        origin = f"https://localhost:{door.getsockname()[1]}"
        environment = {
            **os.environ,
            "YIZHENG_HOME": str(agency.home),
            "YIZHENG_DEMO": "1",
            "YIZHENG_HTTPS": "1",
            "YIZHENG_HOSTS": "localhost,127.0.0.1",
            "YIZHENG_ORIGIN": origin,
            "YIZHENG_PROXIES": "127.0.0.1",
        }
        with served(environment) as url:
            port = int(url.rpartition(":")[2])
            threading.Thread(target=carry, args=(door, context, port), daemon=True).start()
            yield origin


def page_of(browser: Browser) -> Page:
    return browser.new_context(ignore_https_errors=True, locale="zh-CN").new_page()


def test_staff_sign_in_and_citizens_ask_for_a_code_behind_a_proxy(
    browser: Browser, https: str, agency: Agency
) -> None:
    page = page_of(browser)
    page.goto(f"{https}/staff/login/")
    page.get_by_label("账号", exact=True).fill("certifier")
    page.get_by_label("密码").fill("Demo-certifier-2026")
    page.get_by_role("button", name="登录").click()
    expect(page).to_have_url(f"{https}/staff/")
    assert {one["secure"] for one in page.context.cookies()} == {True}
    citizen = page_of(browser)
    citizen.goto(f"{https}/")
    citizen.get_by_label("身份证号码").fill(agency.one("passed"))
    citizen.get_by_role("button", name="获取验证码").click()
    expect(citizen.get_by_label("验证码", exact=True)).to_be_visible()


def test_form_that_another_site_sends_is_refused(browser: Browser, https: str) -> None:
    page = page_of(browser)
    answer = page.request.post(
        f"{https}/staff/login/", headers={"Origin": "https://evil.example"}, form={"a": "b"}
    )
    assert answer.status == 403
