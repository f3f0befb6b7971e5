"""The only settings module. Everything that differs between machines is read from the
environment by ``portal.env``; docs/deployment.md lists the variables."""

import os
from pathlib import Path
from typing import Any

import dj_database_url
import django_stubs_ext
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from portal import env
from portal.installation import data_folder, installed
from portal.installation.secrets import load_or_create_secret_key, public_name
from portal.logs.config import log_config
from portal.pages.content_security import CONTENT_SECURITY_DIRECTIVES
from portal.version import VERSION
from transcription.engine import recognisers

django_stubs_ext.monkeypatch()

# Every process of ours reads this file first: from here on, what it writes (database,
# write-ahead log, logs, key, decoded sound) is its owner's alone. Media have modes of
# their own, below.
os.umask(data_folder.UMASK)
installed.refuse_unread_settings()

BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = env.folder("SHENGWEN_DATA_DIR", BASE_DIR / "var")
# The group that nginx and this user share; it may read media, and nothing else.
MEDIA_GROUP = env.group("SHENGWEN_MEDIA_GROUP")
data_folder.make(DATA_DIR, MEDIA_GROUP)
DEBUG = env.flag("SHENGWEN_DEBUG")
_shared_key = env.text("SHENGWEN_SECRET_KEY")
HAS_SHARED_KEY = bool(_shared_key)
SECRET_KEY = _shared_key or load_or_create_secret_key(DATA_DIR)
ALLOWED_HOSTS = env.hosts("SHENGWEN_ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]")
CSRF_TRUSTED_ORIGINS = env.origins("SHENGWEN_TRUSTED_ORIGINS")
# Whose X-Forwarded-For and -Proto the web server believes (nginx's address).
TRUSTED_PROXIES = env.networks("SHENGWEN_TRUSTED_PROXIES")

# The path on a host that the portal shares: "/asr", usually "".
PREFIX = env.url_prefix("SHENGWEN_PREFIX")
FORCE_SCRIPT_NAME = PREFIX or None
# Cookies know no ports: two portals on one host must not share their names. Each has
# a setting …_COOKIE_NAME; no other cookie is let in (portal/http/own_cookies.py).
COOKIE_NAME = env.cookie_name(
    "SHENGWEN_COOKIE_NAME", f"shengwen_{public_name(SECRET_KEY)}"
)
COOKIE_PATH = f"{PREFIX}/"

# What one client may hold of the web server (portal/http/protocol.py).
CONNECTIONS = env.integer("SHENGWEN_CONNECTIONS", 1000, low=10, high=100_000)
CONNECTIONS_PER_ADDRESS = env.integer(
    "SHENGWEN_CONNECTIONS_PER_ADDRESS", 100, low=2, high=100_000
)
HEADER_SECONDS = env.integer("SHENGWEN_HEADER_SECONDS", 15, low=1, high=600)
SILENCE_SECONDS = env.integer("SHENGWEN_SILENCE_SECONDS", 60, low=1, high=3600)

INSTALLED_APPS = [
    "accounts",  # first: its createsuperuser and changepassword are audited
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_filters",
    "django_htmx",
    "django_q",
    "axes",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "portal",
    "transcription",
]

MIDDLEWARE = [
    "portal.http.middleware.HealthMiddleware",
    "portal.http.middleware.ClientMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "portal.pages.browser_features.PermissionsPolicyMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",  # has its files compressed already
    "portal.http.middleware.CompressionMiddleware",
    "csp.middleware.CSPMiddleware",
    # Before the session, which may have to be written.
    "portal.pages.full_disk.FullDiskMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "portal.pages.private_pages.PrivatePagesMiddleware",
    "portal.http.middleware.TooLargeMiddleware",  # knows the person, asks no door
    "accounts.middleware.sign_in.HashingBusyMiddleware",
    "accounts.middleware.refusals.RefusalAuditMiddleware",
    "accounts.middleware.sign_in.IdleTimeoutMiddleware",
    "accounts.middleware.sign_in.ForcedPasswordChangeMiddleware",
    "accounts.middleware.departments.DepartmentMiddleware",
    # It reads the form, and with it the upload: after the doors, not before them.
    "django.middleware.csrf.CsrfViewMiddleware",
    "axes.middleware.AxesMiddleware",
    "transcription.api.rate_limits.RateLimitMiddleware",
    "portal.http.middleware.MethodNotAllowedMiddleware",
    "portal.http.middleware.RefusedMiddleware",
]

ROOT_URLCONF = "portal.urls"
ASGI_APPLICATION = "portal.asgi.application"

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
                "csp.context_processors.nonce",
                "portal.pages.context_processors.portal",
            ],
        },
    },
]

# --- Database: SQLite in the embedded size, PostgreSQL on a server -------------------

DATABASE_URL = env.text("DATABASE_URL", f"sqlite:///{DATA_DIR / 'shengwen.sqlite3'}")
DATABASES: dict[str, Any] = {"default": dj_database_url.parse(DATABASE_URL)}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # Measured by benchmarks.portal.sqlite_writers; the reasons: docs/operations.md.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 30,
        "init_command": (
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;"
            "PRAGMA foreign_keys=ON; PRAGMA mmap_size=268435456;"
            "PRAGMA cache_size=-65536;"
        ),
    }
elif DATABASES["default"]["ENGINE"] != "django.db.backends.postgresql":
    raise ImproperlyConfigured("DATABASE_URL must be sqlite:/// or postgres://.")
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- Who is who ----------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
PASSWORD_HASHERS = ["accounts.services.sign_in.hashing.QueuedPBKDF2Hasher"]
_DJANGO_RULES = "django.contrib.auth.password_validation"
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": f"{_DJANGO_RULES}.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("username", "display_name", "email")},
    },
    {
        "NAME": f"{_DJANGO_RULES}.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": f"{_DJANGO_RULES}.CommonPasswordValidator"},
    {"NAME": f"{_DJANGO_RULES}.NumericPasswordValidator"},
    {"NAME": "accounts.services.sign_in.password_rules.NoNames"},
    {"NAME": "accounts.services.sign_in.password_rules.NoDates"},
    {"NAME": "accounts.services.sign_in.password_rules.NoSequences"},
    {"NAME": "accounts.services.sign_in.password_rules.NoOldPasswords"},
]
# Each app says what its own codes in the audit trail mean.
AUDIT_WORDS = [
    "accounts.services.audit.own_words.WORDS",
    "transcription.audit_words.WORDS",
    "portal.audit_words.WORDS",
]
# Names of the company, in every spelling: no password may contain one.
COMPANY_NAMES = env.words("SHENGWEN_COMPANY_NAME")
# After so many days a person chooses a new password at the login; 0: never.
PASSWORD_DAYS = env.integer("SHENGWEN_PASSWORD_DAYS", 0, high=3650)
LOGIN_URL = "accounts:login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "accounts:login"
SESSION_ENGINE = "accounts.models.sign_in.sessions"
SESSION_COOKIE_NAME = f"{COOKIE_NAME}_session"
SESSION_COOKIE_PATH = COOKIE_PATH
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 60 * 60 * 24 * 7
CSRF_COOKIE_NAME = f"{COOKIE_NAME}_csrf"
CSRF_COOKIE_PATH = COOKIE_PATH
CSRF_COOKIE_SAMESITE = "Lax"
KNOWN_BROWSER_COOKIE_NAME = f"{COOKIE_NAME}_session_known"
CSRF_FAILURE_VIEW = "portal.pages.views.csrf_failure"
# How many browsers one person may be logged in with; 0: any number.
SESSIONS_PER_PERSON = env.integer("SHENGWEN_SESSIONS_PER_PERSON", 0, high=1000)
IDLE_TIMEOUT_SECONDS = 60 * env.integer(
    "SHENGWEN_IDLE_TIMEOUT_MINUTES", 120, low=1, high=60 * 24 * 7
)
ONE_TIME_PASSWORD_HOURS = env.integer(
    "SHENGWEN_ONE_TIME_PASSWORD_HOURS", 72, low=1, high=24 * 30
)
AXES_FAILURE_LIMIT = env.integer("SHENGWEN_LOGIN_FAILURES", 5, low=3, high=100)
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_LOCKOUT_CALLABLE = "accounts.views.sign_in.locked_out"
AXES_RESET_ON_SUCCESS = True
AXES_VERBOSE = False

# --- Browser security ----------------------------------------------------------------

# HTTPS is the server size's; the embedded size answers plain HTTP on one machine.
HTTPS = env.flag("SHENGWEN_HTTPS")
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_SECURE = HTTPS
SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
# Other services may live below this host's name, and a browser's list is for years:
# how far the promise goes is for the operator to say.
HSTS = env.choice("SHENGWEN_HSTS", ("host", "subdomains", "preload"), "host")
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS and HSTS != "host"
SECURE_HSTS_PRELOAD = HTTPS and HSTS == "preload"
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]
if HTTPS:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
CONTENT_SECURITY_POLICY = {"DIRECTIVES": CONTENT_SECURITY_DIRECTIVES}

# --- Language, time ------------------------------------------------------------------

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Simplified Chinese")), ("en", _("English"))]
LANGUAGE_COOKIE_NAME = f"{COOKIE_NAME}_language"
LANGUAGE_COOKIE_PATH = COOKIE_PATH
THEME_COOKIE_NAME = f"{COOKIE_NAME}_theme"
DENSITY_COOKIE_NAME = f"{COOKIE_NAME}_density"  # of the archive's rows
TEXT_COOKIE_NAME = f"{COOKIE_NAME}_text"  # js/recordings/recording.js sets it too
MESSAGES_COOKIE_NAME = f"{COOKIE_NAME}_messages"
MESSAGE_STORAGE = "portal.pages.message_storage.OwnStorage"
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = env.time_zone("SHENGWEN_TIME_ZONE", "Asia/Shanghai")
USE_TZ = True

# --- Static files and media ----------------------------------------------------------

STATIC_URL = f"{PREFIX}/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = DATA_DIR / "static"
MEDIA_ROOT = DATA_DIR / "media"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": (
            "django.contrib.staticfiles.storage.StaticFilesStorage"
            if DEBUG
            else "whitenoise.storage.CompressedManifestStaticFilesStorage"
        )
    },
}
FILE_UPLOAD_PERMISSIONS = data_folder.media_file_mode(MEDIA_GROUP)
FILE_UPLOAD_DIRECTORY_PERMISSIONS = data_folder.media_folder_mode(MEDIA_GROUP)
FILE_UPLOAD_TEMP_DIR = MEDIA_ROOT / "incoming"  # same disk: a rename, not a copy
data_folder.make_media(MEDIA_ROOT, FILE_UPLOAD_TEMP_DIR, MEDIA_GROUP)
FILE_UPLOAD_HANDLERS = ["transcription.services.media.uploads.HashingUploadHandler"]
# What portal/http/request_limits.py lets through: a list of words is pasted whole.
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 2**20
DATA_UPLOAD_MAX_NUMBER_FILES = 200

# --- Recordings and recognition ------------------------------------------------------

UPLOAD_MAX_BYTES = 2**20 * env.integer("SHENGWEN_UPLOAD_MAX_MB", 4096, low=1)
# Behind nginx: hand the sending of media to it (docs/deployment.md).
SENDFILE_NGINX = env.flag("SHENGWEN_X_ACCEL")
# What uploads and decoding leave of a disk: see ``services/media/disk/free_space.py``.
DISK_RESERVE_BYTES = 2**20 * env.integer("SHENGWEN_DISK_RESERVE_MB", 512, low=16)
# Of the embedded size: what others cannot fill, for sessions and the audit trail.
BALLAST_BYTES = 2**20 * env.integer("SHENGWEN_BALLAST_MB", 64, low=8, high=1024)
RECORDING_MAX_HOURS = env.integer("SHENGWEN_RECORDING_MAX_HOURS", 12, low=1, high=48)
TRASH_DAYS = env.integer("SHENGWEN_TRASH_DAYS", 30, low=1, high=3650)
# How long an archive of many recordings can be downloaded.
EXPORT_DAYS = env.integer("SHENGWEN_EXPORT_DAYS", 7, low=1, high=365)
# Where call recorders drop files, a folder for each department (docs/watch.md).
WATCH_DIR = env.optional_folder("SHENGWEN_WATCH_DIR")
MODELS_DIR = env.folder("SHENGWEN_MODELS_DIR", DATA_DIR / "models")
ENGINE = env.choice("SHENGWEN_ENGINE", ("auto", *recognisers.NAMES), "auto")
# Of a service only (vllm): the one address to which sound is sent.
ENGINE_URL = env.address("SHENGWEN_ENGINE_URL")
if recognisers.is_service(ENGINE) and not ENGINE_URL:
    raise ImproperlyConfigured(f"SHENGWEN_ENGINE={ENGINE} needs SHENGWEN_ENGINE_URL.")
ENGINE_DEVICE = env.choice("SHENGWEN_DEVICE", ("auto", "cpu", "cuda", "mps"), "auto")
# Recordings that a worker has in hand at the same time; 0: by the device.
JOBS_AT_ONCE = env.integer("SHENGWEN_JOBS_AT_ONCE", 0, high=64)
ENGINE_THREADS = env.integer("SHENGWEN_ENGINE_THREADS", 2, low=1, high=256)

# --- The queue (docs/operations.md explains every number) ----------------------------

REDIS_URL = env.redis_url("REDIS_URL")
JOB_LEASE_SECONDS = env.integer("SHENGWEN_JOB_LEASE_SECONDS", 60, low=2, high=3600)
JOB_MAX_ATTEMPTS = env.integer("SHENGWEN_JOB_MAX_ATTEMPTS", 3, low=1, high=20)
# Uploads shorter than this many bytes and API calls go to the interactive cluster.
INTERACTIVE_MAX_BYTES = 2**20 * env.integer("SHENGWEN_INTERACTIVE_MAX_MB", 4)
# What turns out to be longer once it is decoded moves on to the batch cluster.
INTERACTIVE_MAX_MINUTES = env.integer(
    "SHENGWEN_INTERACTIVE_MAX_MINUTES", 10, low=1, high=24 * 60
)
API_WAIT_SECONDS = env.integer("SHENGWEN_API_WAIT_SECONDS", 30, low=0, high=600)
_BATCH_TIMEOUT = 6 * 3600
_CHORES_TIMEOUT = 1800
Q_CLUSTER: dict[str, Any] = {
    "name": "interactive",
    "workers": 1,
    "timeout": 1800,
    # The job table decides who runs what; the broker's own redelivery is kept far away.
    "retry": 4 * 1800,
    "max_attempts": 1,
    "ack_failures": True,
    "queue_limit": 1,
    "bulk": 1,
    "poll": 0.05,
    "recycle": 100_000,
    "save_limit": -1,
    "catch_up": False,
    "label": "Queue",
    "scheduler": False,  # the janitor does what happens every so often
    "ALT_CLUSTERS": {
        "batch": {
            "workers": env.integer("SHENGWEN_BATCH_WORKERS", 1, low=1, high=64),
            "timeout": _BATCH_TIMEOUT,
            "retry": 4 * _BATCH_TIMEOUT,
            "max_attempts": 1,
            "ack_failures": True,
            "queue_limit": 1,
            "bulk": 1,
            "poll": 0.5,
            "recycle": 100_000,
            "save_limit": -1,
        },
        # What needs no recogniser: it does not wait behind hours of sound.
        "chores": {
            "workers": env.integer("SHENGWEN_CHORES_WORKERS", 1, low=1, high=64),
            "timeout": _CHORES_TIMEOUT,
            "retry": 4 * _CHORES_TIMEOUT,
            "poll": 0.5,
        },
    },
}
if REDIS_URL:
    Q_CLUSTER["redis"] = REDIS_URL
else:
    Q_CLUSTER["orm"] = "default"

# --- API -----------------------------------------------------------------------------

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["accounts.http.api_auth.TokenAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "transcription.api.errors.problem_response",
    "DEFAULT_THROTTLE_CLASSES": ["transcription.api.rate_limits.KeyThrottle"],
    "DEFAULT_THROTTLE_RATES": {"user": env.rate("SHENGWEN_API_RATE", "600/min")},
    "UNAUTHENTICATED_USER": None,
}
SPECTACULAR_SETTINGS = {
    "TITLE": _("Shengwen API"),
    "DESCRIPTION": _("Recordings in, text out, on your own machines."),
    "VERSION": VERSION,
    "OAS_VERSION": "3.1.0",
    "SERVERS": [{"url": PREFIX}] if PREFIX else [],
    "POSTPROCESSING_HOOKS": [
        "transcription.api.schema.keep_empty_choices",
        "drf_spectacular.hooks.postprocess_schema_enums",
        "transcription.api.schema.describe_components",
    ],
    "ENUM_NAME_OVERRIDES": {
        "LanguageEnum": "transcription.models.recordings.Language.choices",
    },
    # A choice that may be left empty is not three kinds of choice.
    "ENUM_ADD_EXPLICIT_BLANK_NULL_CHOICE": False,
    "SERVE_INCLUDE_SCHEMA": False,
    "COMPONENT_SPLIT_REQUEST": True,  # an upload is binary going in, nothing coming out
}

# --- Logs ----------------------------------------------------------------------------

LOGGING = log_config(
    env.choice("SHENGWEN_LOG_LEVEL", ("DEBUG", "INFO", "WARNING", "ERROR"), "INFO")
)

# Everything has been read: a name that is left is a typing error.
env.refuse_unknown()
