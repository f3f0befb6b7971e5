"""Where log lines go and what they look like: standard error, one line each, without
secrets. The supervisor keeps a file for each program (docs/operations.md)."""

from typing import Any


def log_config(level: str) -> dict[str, Any]:
    """For Django's ``LOGGING``; ``level`` is the root logger's."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "line": {
                "()": "portal.logs.secrets.ScrubbingFormatter",
                "format": "{asctime} {levelname} {name}: {message}",
                "style": "{",
            }
        },
        "filters": {
            "one_sentence": {"()": "portal.logs.filters.OneSentence"},
            "not_again": {"()": "portal.logs.filters.NotAgain"},
        },
        "handlers": {
            "stderr": {
                "class": "logging.StreamHandler",
                "formatter": "line",
                "filters": ["one_sentence"],
            }
        },
        # Every entry and every poll of the queue, which nobody reads; the jobs speak.
        "loggers": {
            "django-q": {"level": "WARNING", "filters": ["not_again"]},
            "axes": {"level": "WARNING"},  # four lines for a login that went well
            # A visitor's mistake, answered with 400: no traceback for each.
            "django.security.DisallowedHost": {"level": "CRITICAL"},
            "django": {"handlers": []},  # its own would print a second time, unscrubbed
        },
        "root": {"handlers": ["stderr"], "level": level},
    }
