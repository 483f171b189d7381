"""All settings. They come from the environment alone; `.env.example` explains each."""

from __future__ import annotations

import socket
from pathlib import Path
from typing import Any

import dj_database_url
import django_stubs_ext
from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from connector import env, logs
from connector.mail_server import mail_server

django_stubs_ext.monkeypatch()  # lets forms.ModelForm[X] be written at run time

BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = Path(env.text("DATA_DIR", str(BASE_DIR / "var")))
DEBUG = env.flag("DEBUG", default=False)
LOGGING = logs.config(json_lines=not DEBUG)
SECRET_KEY = env.kept_secret("SECRET_KEY", DATA_DIR)
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", "127.0.0.1,localhost,[::1]")
CSRF_TRUSTED_ORIGINS = env.words("CSRF_TRUSTED_ORIGINS")

# Keys that encrypt access tokens: the first encrypts, all decrypt, so keys can be rotated.
TOKEN_KEYS = env.words("TOKEN_KEYS") or [env.kept_secret("TOKEN_KEY", DATA_DIR)]
# Lets a shop's address be http://127.0.0.1:PORT, for the sandbox. Off in production.
SHOPIFY_ALLOW_LOCAL = env.flag("SHOPIFY_ALLOW_LOCAL", default=DEBUG)

INSTALLED_APPS = [
    "django.contrib.admin.apps.SimpleAdminConfig",  # without the models of others
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",  # so that forms may be rendered by our templates
    "django_htmx",
    "csp",
    "django_celery_beat",
    "jobqueue",
    "shops",
    "erp",
    "connector.ui",
    "connector.sync",
    "connector.api",
    "connector.notices",
    "connector.checks.ConnectorConfig",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "connector.api.middleware.JsonErrors",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "connector.ui.zone.SpeaksOneZone",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
ROOT_URLCONF = "connector.urls"
WSGI_APPLICATION = "connector.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "connector.notices.bell.bell",
            ]
        },
    }
]
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "login"


def database() -> dict[str, Any]:
    """SQLite in WAL mode with immediate transactions, unless DATABASE_URL says PostgreSQL."""
    DATA_DIR.mkdir(parents=True, exist_ok=True)
    default = f"sqlite:///{DATA_DIR / 'shopkontor.sqlite3'}"
    config: dict[str, Any] = dict(
        dj_database_url.parse(env.text("DATABASE_URL") or default, conn_max_age=None)
    )
    if config["ENGINE"].endswith("sqlite3"):
        config["OPTIONS"] = {
            "timeout": 20,  # s
            "transaction_mode": "IMMEDIATE",
            # Only the dispatcher checkpoints: two connections doing so back to back can corrupt
            # the file in SQLite before 3.51.3.
            "init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL;"
            "PRAGMA wal_autocheckpoint=0;",
        }
        # A file, so that threads and processes of one test may share it.
        config["TEST"] = {"NAME": str(DATA_DIR / "test.sqlite3")}
    else:
        config["CONN_HEALTH_CHECKS"] = True
        # A pooler may not keep a session's prepared statements, which the queue's are else.
        prepare = 3 if env.flag("DATABASE_PREPARE", default=True) else None
        defaults = {"connect_timeout": 5, "prepare_threshold": prepare}
        config["OPTIONS"] = defaults | config.get("OPTIONS", {})  # the URL's go before
    return config


DATABASES = {"default": database()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- Job queue ------------------------------------------------------------------------------
BROKER_URL = env.text("BROKER_URL", "memory://")
QUEUE_EMBEDDED = BROKER_URL.startswith("memory:")  # the dispatcher is a thread of the one worker
QUEUE_LEASE = env.number("QUEUE_LEASE", 30)  # s a run may be silent before it is taken over
QUEUE_SLICE = env.number("QUEUE_SLICE", 600)  # s a run may hold its worker before others go first
QUEUE_HINT = env.number("QUEUE_HINT", 15)  # s a message is believed to be in the broker
QUEUE_CONCURRENCY = int(env.number("QUEUE_CONCURRENCY", 2))  # pool processes of a worker
QUEUE_NODE = env.text("QUEUE_NODE", socket.gethostname())  # machines must differ in it
QUEUE_LOCK_DIR = Path(env.text("QUEUE_LOCK_DIR", str(DATA_DIR / "locks")))
QUEUE_NAME = env.text("QUEUE_NAME", "celery")  # in the broker; installations that share one differ
QUEUE_CELERY = "connector.celery"  # the module that holds the Celery app
QUEUE_RUN_ON = env.number("QUEUE_RUN_ON", 0.25)  # s one message may go on with further entries

CELERY_BROKER_URL = BROKER_URL
CELERY_TASK_DEFAULT_QUEUE = QUEUE_NAME
CELERY_TIMEZONE = "UTC"
CELERY_TASK_IGNORE_RESULT = True
CELERY_RESULT_EXPIRES = None  # keeps beat from sending a clean-up of results
# The entry row is the truth: a message may be lost, so it is acknowledged before it is worked on.
CELERY_TASK_ACKS_LATE = False
CELERY_TASK_PUBLISH_RETRY = False
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_BROKER_CONNECTION_TIMEOUT = 0.5  # s
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_WORKER_PREFETCH_MULTIPLIER = 8 if QUEUE_EMBEDDED else 1
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = False  # the lease decides
CELERY_WORKER_CONCURRENCY = QUEUE_CONCURRENCY
CELERY_WORKER_MAX_TASKS_PER_CHILD = int(env.number("QUEUE_TASKS_PER_CHILD", 200))
CELERY_WORKER_MAX_MEMORY_PER_CHILD = 400_000  # KB
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 25  # s
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BEAT_SCHEDULER = "django_celery_beat.schedulers:DatabaseScheduler"
CELERY_BEAT_MAX_LOOP_INTERVAL = 5  # s
# Publishing fails within half a second when the broker is away; a page must not hang on it.
QUEUE_FAIL_FAST = {
    "socket_connect_timeout": 0.5,
    "socket_timeout": 5,
    "health_check_interval": 5,
    "max_retries": 1,
    "interval_start": 0,
    "interval_step": 0.1,
    "interval_max": 0.1,
}
# RabbitMQ says that it has a message; without that, one sent into a dead connection counts as sent.
QUEUE_CONFIRM = {"confirm_publish": True} if BROKER_URL.startswith("amqp") else {}
CELERY_BROKER_TRANSPORT_OPTIONS = {} if QUEUE_EMBEDDED else QUEUE_FAIL_FAST | QUEUE_CONFIRM
# A copy on disk or on other nodes would guard nothing: the rows are the queue.
CELERY_TASK_DEFAULT_DELIVERY_MODE = "transient"

# --- E-mail ---------------------------------------------------------------------------------
EMAIL_ON = bool(env.text("EMAIL_URL"))
_mails = mail_server(env.text("EMAIL_URL"))
EMAIL_BACKEND = _mails.backend
EMAIL_HOST, EMAIL_PORT = _mails.host, _mails.port
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = _mails.user, _mails.password
EMAIL_USE_TLS, EMAIL_USE_SSL = _mails.starttls, _mails.tls
EMAIL_FILE_PATH = _mails.folder
EMAIL_TIMEOUT = 5  # s for each answer of the mail server
DEFAULT_FROM_EMAIL = SERVER_EMAIL = _mails.sender
PUBLIC_URL = env.text("PUBLIC_URL").rstrip("/")  # of the pages, for links in e-mails

# --- Shopify --------------------------------------------------------------------------------
SHOPIFY_LOG_DAYS = env.number("SHOPIFY_LOG_DAYS", 30)  # how long requests to Shopify are kept

# --- Language, time, static files -----------------------------------------------------------
USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en"
LANGUAGES = [
    ("en", _("English")),
    ("nb", _("Norwegian Bokmål")),
    ("fi", _("Finnish")),
    ("it", _("Italian")),
    ("nl", _("Dutch")),
]
LOCALE_PATHS = [BASE_DIR / "locale"]
STATIC_URL = "static/"
STATIC_ROOT = DATA_DIR / "static"
MEDIA_ROOT = DATA_DIR / "media"  # pictures of items; read by code, not served
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
FORM_RENDERER = "connector.ui.forms.FormRenderer"

# --- Security -------------------------------------------------------------------------------
HTTPS = env.flag("HTTPS", default=False)  # served behind TLS
SECURE_SSL_REDIRECT = SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0  # a year
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]  # asked from inside, without TLS
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "connect-src": [SELF],
        "font-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
    )
]
