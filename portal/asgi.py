"""The ASGI entry point: Django behind the limits that must come before it."""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
django.setup(set_prefix=False)

from django.conf import settings  # noqa: E402
from django.urls import get_resolver  # noqa: E402

from portal.database import keep_connections, wait_less_for_locks  # noqa: E402
from portal.http.own_cookies import OwnCookies, own_cookie_names  # noqa: E402
from portal.http.request_body import StreamingHandler  # noqa: E402
from portal.http.request_limits import RequestLimits  # noqa: E402
from portal.http.request_threads import RequestThreads  # noqa: E402
from portal.http.running_requests import RunningRequests  # noqa: E402
from portal.http.url_prefix import with_prefix, without_prefix  # noqa: E402

wait_less_for_locks()
keep_connections()
get_resolver().url_patterns  # noqa: B018 - read now, not while the event loop waits
_threaded = RequestThreads(StreamingHandler())
_django = RunningRequests(with_prefix(_threaded, settings.PREFIX))
_limited = without_prefix(RequestLimits(_django), settings.PREFIX)
application = OwnCookies(_limited, own_cookie_names())
