"""Which tests the workers of pytest-xdist take, and in which order (``-p``).

A worker takes a whole file: what its tests share is made once, and they keep their
order. The long ones come first, so that no worker is left alone with one at the end.
"""

from typing import Any, Final

import pytest
from xdist.scheduler import LoadScopeScheduling

# One portal and one Chromium serve all files of the folder.
TOGETHER: Final = ("tests/browser/",)
LONG: Final = (
    "tests/chaos/killed/test_storm.py",
    "tests/browser/",
    "tests/chaos/",
    "tests/egress/",
    "tests/deployment/",
    "tests/portal/",
)


class ByFile(LoadScopeScheduling):  # type: ignore[misc]
    """As ``--dist loadfile``, with ``TOGETHER``."""

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        return next((one for one in TOGETHER if file.startswith(one)), file)

    def remove_node(self, node: Any) -> str | None:
        """A worker died: the test it was at has failed and is not tried again, which
        would kill one worker after the other."""
        units: dict[str, dict[str, bool]] = self.assigned_work[node]
        tests = ((test, done) for unit in units.values() for test, done in unit.items())
        crashed = next((test for test, is_done in tests if not is_done), None)
        if crashed is not None:
            units[self._split_scope(crashed)][crashed] = True
        for scope in [scope for scope, unit in units.items() if all(unit.values())]:
            del units[scope]
        super().remove_node(node)
        return crashed


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> ByFile:
    return ByFile(config, log)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: _place(item.nodeid))


def _place(nodeid: str) -> int:
    found = (place for place, one in enumerate(LONG) if nodeid.startswith(one))
    return next(found, len(LONG))
