"""The portal under a path of somebody else's host: ``https://intranet/asr/``.

Proxies differ: some hand the whole path on, some take the prefix away. Both end here as
the same request. The limits in front of Django see the portal's own paths; Django sees
the whole path, so that links, redirects and ``next`` have the prefix.
"""

from collections.abc import Callable

from portal.http.request_body import AsgiApplication, Receive, Scope, Send

ChangePath = Callable[[str], str]


class ChangedPath:
    """An application that is told another path than the one that was asked for."""

    def __init__(self, application: AsgiApplication, change: ChangePath) -> None:
        self._application = application
        self._change = change

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if "path" in scope:
            scope = {**scope, "path": self._change(scope["path"])}
        await self._application(scope, receive, send)


def without_prefix(application: AsgiApplication, prefix: str) -> AsgiApplication:
    """``application`` sees the portal's own paths, whatever the proxy hands on. No
    path of ours begins with a prefix: ``env.url_prefix`` refuses those that would."""

    def inside(path: str) -> str:
        if path == prefix or path.startswith(f"{prefix}/"):
            return path.removeprefix(prefix) or "/"
        return path

    return ChangedPath(application, inside) if prefix else application


def with_prefix(application: AsgiApplication, prefix: str) -> AsgiApplication:
    """``application`` (Django, which knows the prefix) sees the whole path."""
    return ChangedPath(application, prefix.__add__) if prefix else application
