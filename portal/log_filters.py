"""What a log line may hold: one sentence for what an operator expects to happen."""

import logging

from transcription.services.trouble import first_line, trouble_of


class OneSentence(logging.Filter):
    """Trouble that passes by itself (a busy database, a full disk) is a sentence; the
    traceback would be the same one a thousand times."""

    def filter(self, record: logging.LogRecord) -> bool:
        error = record.exc_info[1] if record.exc_info else None
        if error is not None and trouble_of(error) is not None:
            record.msg = f"{record.getMessage()} ({first_line(error)})"
            record.args = ()
            record.exc_info = record.exc_text = None
        return True
