from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "portal"

    def ready(self) -> None:
        # They register system checks.
        from portal import checks, file_checks, fleet_checks  # noqa: F401, PLC0415
