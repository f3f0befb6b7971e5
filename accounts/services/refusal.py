"""How a service of this app says no."""


class AccountsRefused(Exception):
    """Not done: ``code`` is for machines, ``message`` a translated sentence."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(code)
        self.code = code
        self.message = message
