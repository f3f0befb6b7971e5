from django.apps import AppConfig

from portal.http.cookies import unquote_in_linear_time


class PortalConfig(AppConfig):
    name = "portal"

    def ready(self) -> None:
        # They register system checks.
        from portal.checks import configuration, files, hosts  # noqa: F401, PLC0415

        unquote_in_linear_time()
