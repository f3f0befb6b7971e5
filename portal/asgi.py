"""The ASGI entry point: Django behind the limits that must come before it."""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
django.setup(set_prefix=False)

from django.conf import settings  # noqa: E402

from portal.database import wait_less_for_locks  # noqa: E402
from portal.request_body import StreamingHandler  # noqa: E402
from portal.request_limits import RequestLimits  # noqa: E402
from portal.url_prefix import with_prefix, without_prefix  # noqa: E402

wait_less_for_locks()
application = without_prefix(
    RequestLimits(with_prefix(StreamingHandler(), settings.PREFIX)), settings.PREFIX
)
