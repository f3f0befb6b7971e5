"""Django's messages in a cookie of this installation's own.

The name ``messages`` would be shared with every Django site on the same host: cookies
know no ports, and a prefix only through their path.
"""

from django.conf import settings
from django.contrib.messages.storage.cookie import CookieStorage
from django.contrib.messages.storage.fallback import FallbackStorage
from django.contrib.messages.storage.session import SessionStorage
from django.http import HttpResponseBase


class OwnCookieStorage(CookieStorage):
    cookie_name = settings.MESSAGES_COOKIE_NAME

    def _update_cookie(self, encoded_data: str, response: HttpResponseBase) -> None:
        super()._update_cookie(encoded_data, response)  # type: ignore[misc]
        # Django knows no path for this one.
        response.cookies[self.cookie_name]["path"] = settings.COOKIE_PATH


class OwnStorage(FallbackStorage):
    storage_classes = (OwnCookieStorage, SessionStorage)
