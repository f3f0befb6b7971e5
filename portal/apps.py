from django.apps import AppConfig

from portal.cookies import unquote_in_linear_time


class PortalConfig(AppConfig):
    name = "portal"

    def ready(self) -> None:
        # They register system checks.
        from portal import checks, file_checks, fleet_checks  # noqa: F401, PLC0415

        unquote_in_linear_time()
