"""Writes how long each test took, and how it failed, into a file (``--results``)."""

import json
from collections import defaultdict
from pathlib import Path

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--results", type=Path, metavar="FILE")


def pytest_configure(config: pytest.Config) -> None:
    path = config.getoption("--results")
    # A worker of pytest-xdist hands its reports to the process that wants them.
    if path and not hasattr(config, "workerinput"):
        config.pluginmanager.register(Results(path))


class Results:
    """The reports of a run."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.seconds: dict[str, float] = defaultdict(float)  # with what it asks for
        self.failures: list[tuple[str, str]] = []

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self.seconds[report.nodeid] += report.duration
        self._note(report)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        self._note(report)

    def _note(self, report: pytest.TestReport | pytest.CollectReport) -> None:
        if report.failed:
            self.failures.append((report.nodeid, report.longreprtext))

    def pytest_sessionfinish(self) -> None:
        found = {"seconds": self.seconds, "failures": self.failures}
        self.path.write_text(json.dumps(found), encoding="utf-8")
