"""The settings of an installation: typed, read from the environment once, refusing to start with a wrong one.

| variable | meaning | default |
|---|---|---|
| YIZHENG_HOME | folder for database, keys, evidence and files of this installation | `var` in the working folder |
| YIZHENG_AGENCY | folder with the agency's policies, sources, regions and letters | `agencies/demo` |
| YIZHENG_DATABASE | `postgresql://user:password@host:port/name`, any that libpq takes; empty: SQLite at home | empty |
| YIZHENG_HOSTS | host names that the web answers to, by comma | `127.0.0.1,localhost` |
| YIZHENG_DEMO | `1` shows the demo logins and the simulated phone; never in production | `0` |
| YIZHENG_TODAY | `YYYY-MM-DD`: the day of a simulated installation; only with YIZHENG_DEMO=1 | empty |
| YIZHENG_ORIGIN | the origin that passkeys belong to, as `https://pension.example.cn` | `http://localhost:` + port |
| YIZHENG_TWO_FACTORS | `1`: supervisors and auditors work with two factors only | `1`; `0` in a demo |
| YIZHENG_FACE_WORKERS | engine processes that look at faces, 0 to 64; 0 is one a core, at most eight | `0` |
| YIZHENG_HTTPS | `1` when the web is reached over HTTPS: cookies are then sent over HTTPS only | `0` |
| YIZHENG_PROXIES | addresses or networks of the reverse proxies in front, by comma: their word counts | empty |
"""

import os
import re
import sys
from dataclasses import dataclass
from datetime import date
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from urllib.parse import urlsplit


class SettingsWrong(SystemExit):
    """A setting that cannot be used: the process ends with 2 and one sentence that says what to change."""

    def __init__(self, name: str, expected: str, came: str) -> None:
        sys.stderr.write(f"{name}: expected {expected}, but {came!r} came. Set it right and start again.\n")
        super().__init__(2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything that differs between installations."""

    home: Path
    agency: Path
    database: str
    hosts: tuple[str, ...]
    demo: bool
    https: bool
    origin: str = "http://localhost:8000"
    two_factors: bool = True
    face_workers: int = 0
    today: date | None = None
    proxies: tuple[IPv4Network | IPv6Network, ...] = ()

    @property
    def simulated_mark(self) -> Path:
        """The file that says: this home was made for a simulated day. A home without it never has one."""
        return self.home / "simulated.json"

    @property
    def store(self) -> Path:
        return self.home / "store"


def read_settings(environment: dict[str, str]) -> Settings:
    """Read and check the environment. Raises SettingsWrong."""

    def flag(name: str, otherwise: str = "0") -> bool:
        value = environment.get(name, otherwise)
        if value not in ("0", "1"):
            raise SettingsWrong(name, "0 or 1", value)
        return value == "1"

    agency = Path(environment.get("YIZHENG_AGENCY", "agencies/demo")).absolute()
    if not (agency / "agency.yaml").is_file():
        raise SettingsWrong("YIZHENG_AGENCY", "a folder that holds agency.yaml", str(agency))
    database = environment.get("YIZHENG_DATABASE", "")
    if database:
        _read_address(database)
    return Settings(
        home=Path(environment.get("YIZHENG_HOME", "var")).absolute(),
        agency=agency,
        database=database,
        hosts=tuple(environment.get("YIZHENG_HOSTS", "127.0.0.1,localhost").split(",")),
        demo=flag("YIZHENG_DEMO"),
        https=flag("YIZHENG_HTTPS"),
        origin=_origin(environment.get("YIZHENG_ORIGIN") or "http://localhost:8000"),
        two_factors=flag("YIZHENG_TWO_FACTORS", "0" if flag("YIZHENG_DEMO") else "1"),
        face_workers=_workers(environment.get("YIZHENG_FACE_WORKERS") or "0"),
        today=_simulated_day(environment.get("YIZHENG_TODAY", ""), demo=flag("YIZHENG_DEMO")),
        proxies=_networks(environment.get("YIZHENG_PROXIES", "")),
    )


def _origin(text: str) -> str:
    """The origin that passkeys belong to. Raises SettingsWrong for one that no browser would make a key for."""
    url = urlsplit(text)
    whole = f"{url.scheme}://{url.netloc}" == text and bool(url.hostname)
    numeric = (url.hostname or "").replace(".", "").isdecimal()
    if (
        not whole
        or numeric
        or not (url.scheme == "https" or (url.scheme, url.hostname) == ("http", "localhost"))
    ):
        raise SettingsWrong(
            "YIZHENG_ORIGIN", "https://host or https://host:port, or http://localhost:port for a trial", text
        )
    return text


def _workers(text: str) -> int:
    """How many engine processes. Raises SettingsWrong."""
    if not (text.isascii() and text.isdecimal() and int(text) <= 64):
        raise SettingsWrong("YIZHENG_FACE_WORKERS", "a whole number from 0 to 64", text)
    return int(text)


def _networks(text: str) -> tuple[IPv4Network | IPv6Network, ...]:
    """Addresses and networks by comma. Raises SettingsWrong."""
    try:
        return tuple(ip_network(part.strip()) for part in text.split(",") if part.strip())
    except ValueError:
        raise SettingsWrong(
            "YIZHENG_PROXIES", "addresses or networks by comma, as 10.0.0.5,10.1.0.0/24", text
        ) from None


def _simulated_day(text: str, *, demo: bool) -> date | None:
    """The day that a simulated installation lives in. Raises SettingsWrong outside a demo, and for what is no day."""
    if not text:
        return None
    if not demo:
        raise SettingsWrong(
            "YIZHENG_TODAY", "nothing, since only a demo (YIZHENG_DEMO=1) can have a day", text
        )
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise SettingsWrong("YIZHENG_TODAY", "a day as YYYY-MM-DD", text) from None


def _read_address(address: str) -> dict[str, str]:
    """The parts of a database's address by libpq's names. Raises SettingsWrong, which never shows the address: it may
    hold a password.
    """
    expected = "postgresql://user:password@host:port/name with options that libpq knows, special signs as %23, or nothing"
    if not address.startswith("postgresql://"):
        raise SettingsWrong("YIZHENG_DATABASE", expected, "another address")
    from psycopg import ProgrammingError  # noqa: PLC0415 (who has SQLite needs no driver)
    from psycopg.conninfo import conninfo_to_dict  # noqa: PLC0415

    try:
        return {name: str(value) for name, value in conninfo_to_dict(address).items()}
    except ProgrammingError as error:
        unknown = re.search(r'query parameter: "([a-z_]{1,40})"', str(error))
        came = f"the option {unknown[1]}" if unknown else "an address that libpq cannot read"
        raise SettingsWrong("YIZHENG_DATABASE", expected, came) from None


PATIENCE = {"connect_timeout": "10", "tcp_user_timeout": "20000", "keepalives_idle": "30"}
"""A server that says nothing holds a page no longer: seconds to connect, milliseconds until sent data must be
acknowledged, seconds of silence before the line is tried. The address can say otherwise."""


def _databases(settings: Settings) -> dict[str, dict[str, object]]:
    if not settings.database:
        return {
            "default": {
                "ENGINE": "django.db.backends.sqlite3",
                "NAME": settings.home / "db.sqlite3",
                "OPTIONS": {
                    "transaction_mode": "IMMEDIATE",
                    "timeout": 30,
                    # FULL: what was answered as done is on the disk. With NORMAL the last commits of a WAL are lost when
                    # the power fails, the ledger's entries with them, so that nobody would notice.
                    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
                    " PRAGMA cache_size=-131072; PRAGMA temp_store=MEMORY;",
                },
            }
        }
    address = _read_address(settings.database)
    return {
        "default": {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": address.pop("dbname", ""),
            "USER": address.pop("user", ""),
            "PASSWORD": address.pop("password", ""),
            "HOST": address.pop("host", ""),
            "PORT": address.pop("port", ""),
            "CONN_MAX_AGE": 600,
            "CONN_HEALTH_CHECKS": True,  # a server that was started anew costs no request
            "OPTIONS": PATIENCE | address,
        }
    }


YIZHENG = read_settings(dict(os.environ))

SECRET_KEY = ""
"""Handed in with the other keys when the process starts (`wiring.key_ring`); until then nothing can be signed."""
DEBUG = False
ALLOWED_HOSTS = list(YIZHENG.hosts)
DATABASES = _databases(YIZHENG)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "access.Account"

INSTALLED_APPS = [
    "yizheng.wiring",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "yizheng.rooms.ledger",
    "yizheng.rooms.privacy",
    "yizheng.rooms.access",
    "yizheng.rooms.people",
    "yizheng.rooms.mandates",
    "yizheng.rooms.entitlements",
    "yizheng.rooms.evidence",
    "yizheng.rooms.corrections",
    "yizheng.rooms.biometrics",
    "yizheng.rooms.risk",
    "yizheng.rooms.passes",
    "yizheng.rooms.certification",
    "yizheng.rooms.payments",
    "yizheng.rooms.casework",
    "yizheng.rooms.notices",
    "yizheng.doors.citizen",
    "yizheng.doors.staff",
]

MIDDLEWARE = [
    "yizheng.doors.web.HeadLikeGet",
    "django.middleware.gzip.GZipMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "yizheng.doors.outage.DatabaseAway",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "yizheng.doors.identity.KnownDevice",
    "yizheng.doors.web.ChosenLanguage",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "yizheng.doors.web.SecurityHeaders",
    "yizheng.doors.web.PlainAddresses",
]

ROOT_URLCONF = "yizheng.doors.urls"
WSGI_APPLICATION = "yizheng.doors.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "DIRS": [Path(__file__).parent / "doors" / "templates"],
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "yizheng.doors.web.page_context",
            ],
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "yizheng.doors.tags",
                "yizheng.doors.parts",
                "yizheng.doors.staff.menu",
            ],
        },
    }
]

PASSWORD_HASHERS = ["yizheng.rooms.access.hashers.Argon2idOwasp"]
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "中文"), ("en", "English")]
LOCALE_PATHS = [Path(__file__).parent / "doors" / "locale"]
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
STATIC_URL = "/static/"
STATICFILES_DIRS = [Path(__file__).parent / "doors" / "static"]
WHITENOISE_USE_FINDERS = True

FILE_UPLOAD_HANDLERS = ["yizheng.doors.uploads.InMemoryOnly"]
FILE_UPLOAD_MAX_MEMORY_SIZE = 21 << 20  # as much as `doors/bodies.py` lets in anywhere

# Behind a proxy that ends TLS the request itself comes over HTTP; the browser's Origin is the public one.
CSRF_TRUSTED_ORIGINS = [YIZHENG.origin] if YIZHENG.https else []
CSRF_FAILURE_VIEW = "yizheng.doors.web.form_expired"
SESSION_COOKIE_NAME = "__Host-sessionid" if YIZHENG.https else "sessionid"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = YIZHENG.https
SESSION_COOKIE_AGE = 12 * 3600
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SILENCED_SYSTEM_CHECKS: list[str] = []

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"mask": {"()": "yizheng.rooms.privacy.logs.MaskPersonalData"}},
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "filters": ["mask"], "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    # Django's own handlers are taken away, so that every record passes the filter of the one handler there is.
    "loggers": {
        "django": {"handlers": [], "level": "WARNING", "propagate": True},
        "django.server": {"handlers": [], "level": "WARNING", "propagate": True},
        "yizheng": {"level": "INFO"},
    },
}
