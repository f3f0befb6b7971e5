"""The ASGI entry point: Django behind the limits that must come before it."""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
django.setup(set_prefix=False)

from portal.request_body import StreamingHandler  # noqa: E402
from portal.request_limits import RequestLimits  # noqa: E402

application = RequestLimits(StreamingHandler())
