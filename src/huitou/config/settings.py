"""Django's settings. Everything an operator may change is an environment variable, listed in docs/settings.md."""

from __future__ import annotations

import os
from pathlib import Path

from psycopg.conninfo import conninfo_to_dict

from huitou.config import embedded_postgres
from huitou.config.errors import SettingNotUnderstood
from huitou.config.home import home, key, secret


def whole_number(setting: str, usual: int, *, least: int) -> int:
    """An environment variable as a number. Raises SettingNotUnderstood."""
    text = os.environ.get(setting, "").strip() or str(usual)
    if not (text.isascii() and text.isdigit() and int(text) >= least):
        raise SettingNotUnderstood(setting=setting, reason=f"{text!r}, not a whole number from {least}")
    return int(text)


PACKAGE = Path(__file__).resolve().parent.parent

SECRET_KEY = secret("django")
# The key ring of sealed values: a new number is added, the old ones stay to open what they sealed.
SEALING_KEYS = {1: key("sealing-1")}
SEALING_KEY_NUMBER = 1
BLIND_INDEX_KEY = key("blind-index")
LEDGER_SEAL_KEY = key("ledger-seal")
# What tills without a server believe: bundles, members' codes, tickets.
SIGNING_KEY = key("signing")
MEMBER_CODE_KEY = secret("member-code")
DEBUG = os.environ.get("HUITOU_DEBUG") == "1"
ALLOWED_HOSTS = os.environ.get("HUITOU_HOSTS", "localhost,127.0.0.1,[::1]").split(",")

CHAIN_NAME = os.environ.get("HUITOU_CHAIN_NAME", "")
CURRENCY = os.environ.get("HUITOU_CURRENCY", "CNY")
# What stands in the environment goes before what the first-run wizard was told.
TOLD_BY_OPERATOR = {
    name
    for name, variable in (
        ("CHAIN_NAME", "HUITOU_CHAIN_NAME"),
        ("CURRENCY", "HUITOU_CURRENCY"),
        ("TIME_ZONE", "HUITOU_ZONE"),
    )
    if os.environ.get(variable)
}
# Each night members are looked for who may be one person; candidates wait for somebody to confirm them.
FIND_DUPLICATES = os.environ.get("HUITOU_FIND_DUPLICATES", "1") != "0"
# So many wrong codes of members and coupons may come from one address within a minute, of whatever tills and keys.
WRONG_CODES_OF_AN_ADDRESS = whole_number("HUITOU_WRONG_CODES_PER_ADDRESS", 600, least=30)
SCALE_CODES = os.environ.get("HUITOU_SCALE_CODES", "")
LAKE_PATH = home() / "lake"
UPLOAD_PATH = home() / "uploads"
OFFLINE_PATH = home() / "offline"
DROP_FOLDERS = [Path(one) for one in os.environ.get("HUITOU_DROP_FOLDERS", "").split(os.pathsep) if one]
DROP_FOLDERS = DROP_FOLDERS or [home() / "drops"]
UPLOAD_MAX_MB = whole_number("HUITOU_UPLOAD_MAX_MB", 2048, least=1)
LAKE_MEMORY_MB = whole_number("HUITOU_LAKE_MEMORY_MB", 512, least=100)

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "axes",
    "ninja",  # its own files for the API pages: the policy allows nothing from elsewhere
    "procrastinate.contrib.django",
    "huitou.outbox",
    "huitou.access",
    "huitou.uploads",
    "huitou.catalogue",
    "huitou.members",
    "huitou.receipts",
    "huitou.loyalty",
    "huitou.inbox",
    "huitou.offers",
    "huitou.segments",
    "huitou.insight",
    "huitou.doors.console",
    "huitou.doors.till",
    "huitou.doors.jobs",
]

# The worker alone reads the jobs: they need the lake and its engine, and each command and till would wait for those.
PROCRASTINATE_AUTODISCOVER_MODULE_NAME = ""
PROCRASTINATE_IMPORT_PATHS = ["huitou.doors.jobs.tasks"]

MIDDLEWARE = [
    "huitou.doors.api.middleware.ApiCalls",
    "django.middleware.security.SecurityMiddleware",
    "huitou.doors.console.middleware.SecurityHeaders",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "huitou.doors.console.middleware.SlashTooMany",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "huitou.doors.console.middleware.StoreScope",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "huitou.config.urls"
WSGI_APPLICATION = "huitou.config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "huitou.doors.console.context.shell",
            ],
            "builtins": [
                "django.templatetags.i18n",
                "huitou.doors.console.templatetags.shown",
                "huitou.doors.console.templatetags.parts",
            ],
        },
    },
]


def _database() -> dict[str, object]:
    url = os.environ.get("HUITOU_DATABASE_URL")
    parts = conninfo_to_dict(url) if url else embedded_postgres.connection_parts()
    # What a trip sends is prepared, and planned once. Left to itself the server plans most of it anew each time, for it
    # sees then how short the arrays are (ADR 4).
    parts["options"] = f"{parts.get('options', '')} -c plan_cache_mode=force_generic_plan".strip()
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.pop("dbname", "huitou"),
        "USER": parts.pop("user", ""),
        "PASSWORD": parts.pop("password", ""),
        "HOST": parts.pop("host", ""),
        "PORT": parts.pop("port", ""),
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": parts,
    }


DATABASES = {"default": _database()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "access.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AXES_HANDLER = "huitou.doors.console.lockout.ThreeLimits"
AXES_CLIENT_IP_CALLABLE = "huitou.access.service.client_address"
AXES_FAILURE_LIMIT = 10  # of one name from one address; the others stand in the handler
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False  # nobody stays locked out because somebody goes on trying
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_CALLABLE = "huitou.doors.console.views.login.locked_out"
AXES_VERBOSE = False
LOGIN_URL = "console:login"
LOGIN_REDIRECT_URL = "console:overview"
LOGOUT_REDIRECT_URL = "console:login"

SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
BEHIND_PROXY = os.environ.get("HUITOU_HTTPS") == "1"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = BEHIND_PROXY
if BEHIND_PROXY:
    CSRF_TRUSTED_ORIGINS = ["https://" + host for host in ALLOWED_HOSTS]
    # Only as true as the proxy makes it: it overwrites the header (docs/operations.md).
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
X_FRAME_OPTIONS = "DENY"

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
LOCALE_PATHS = [PACKAGE / "doors" / "locale"]
TIME_ZONE = os.environ.get("HUITOU_ZONE", "Asia/Shanghai")
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = home() / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_MANIFEST_STRICT = True

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    # It warns of every statement that a refused one took along; the refusal itself is answered.
    "loggers": {"psycopg": {"level": "ERROR"}},
    "root": {"handlers": ["console"], "level": os.environ.get("HUITOU_LOG_LEVEL", "WARNING")},
}
