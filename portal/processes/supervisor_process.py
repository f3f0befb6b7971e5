"""supervisord, whose logs may fail.

``python -m portal.processes.supervisor_process -c FILE`` starts it.

On a full disk supervisor 4.3 prints the error of its log to a stderr that lies on the
same disk, and dies of that error, with every program under it. Here a line that cannot
be written is lost, and the next one is tried again.
"""

from typing import BinaryIO

from supervisor import loggers, supervisord


class PatientLog(loggers.RotatingFileHandler):  # type: ignore[misc]  # no types
    """A log file that waits for room."""

    stream: BinaryIO

    def emit(self, record: object) -> None:
        try:
            super().emit(record)
        except OSError:  # in the middle of a rotation, which may have closed the file
            self.handleError()

    def close(self) -> None:
        try:
            super().close()
        except OSError:  # what was still to be written is lost
            self.closed = True

    def handleError(self) -> None:
        """Nobody to tell: this is the log. A closed file is opened anew."""
        if self.stream.closed:
            try:
                self.stream = open(self.baseFilename, "ab")  # noqa: SIM115 - kept open
            except OSError:
                return


if __name__ == "__main__":
    loggers.RotatingFileHandler = PatientLog
    supervisord.main()
