"""How a service says no, in accounts and transcription alike."""


class Refused(Exception):
    """Not done: ``code`` is for machines, ``sentence`` is translated, for people.

    Who must tell one refusal from another asks for its code. The API and the pages
    answer with the sentence, also where no view catches it.
    """

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(code)
        self.code = code
        self.sentence = sentence
