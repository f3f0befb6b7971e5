"""A million synthetic segments: what Chinese calls look like to an index.

Words are drawn by Zipf's law from twenty thousand of one to three common characters;
some real words are planted at known rates, so that there are common and rare ones to
search for. Two voices take turns and nothing has punctuation, as the embedded
recogniser writes it: phrases run on from segment to segment. The same seed gives the
same text again, for the count by scan.
"""

import itertools
import random
from collections.abc import Iterator
from dataclasses import dataclass

SEGMENTS_PER_RECORDING = 200

# word → share of the segments that contain it
PLANTED = {
    "退款": 0.05,
    "投诉": 0.03,
    "利率": 0.01,
    "云帆": 0.00005,
    "理财产品": 0.005,
    "违约条款": 0.0001,
    "人工智能客服系统": 0.0001,
    "提前还款违约金额": 0.00002,
}
NUMBERS = {"一千两百九十九元": "1299元", "十二块五毛": "12.5元", "九十天": "90天"}
# share of the segments, by department: the tenants that are measured, and the rest
SHARES = (0.5, 0.026, 0.474)


@dataclass(frozen=True, slots=True)
class CorpusLine:
    """One segment."""

    recording: int
    index: int
    voice: int
    text: str
    raw: str


def department_of(recording: int, recordings: int) -> int:
    """0, 1 or 2, spread over the whole time."""
    place = random.Random(recording).random()
    for number, share in enumerate(SHARES):
        place -= share
        if place < 0:
            return number
    return len(SHARES) - 1


def corpus(segments: int, seed: int = 1) -> Iterator[CorpusLine]:
    """The lines of all recordings in their order."""
    chance = random.Random(seed)
    words, weights = _vocabulary(chance)
    planted = list(PLANTED.items())
    numbers = list(NUMBERS.items())
    for number in range(segments):
        recording, index = divmod(number, SEGMENTS_PER_RECORDING)
        said = chance.choices(words, cum_weights=weights, k=chance.randint(6, 16))
        for word, share in planted:
            if chance.random() < share:
                said.insert(chance.randrange(len(said) + 1), word)
        text = raw = "".join(said)
        if chance.random() < 0.1:
            spoken, written = chance.choice(numbers)
            text, raw = text + written, raw + spoken
        yield CorpusLine(recording, index, index % 2, text, raw)


def _vocabulary(chance: random.Random) -> tuple[list[str], list[float]]:
    # The 3,755 common characters are the first level of GB 2312.
    common = [
        bytes([row, cell]).decode("gb2312")
        for row, cell in itertools.product(range(0xB0, 0xD7), range(0xA1, 0xFF))
    ]
    words = {
        "".join(chance.choices(common, k=chance.choice((1, 2, 2, 2, 3))))
        for _ in range(20_000)
    }
    # Whoever is planted must not come up by chance too often.
    kept = sorted(word for word in words if not any(p in word for p in PLANTED))
    chance.shuffle(kept)
    weights = itertools.accumulate(1 / (rank + 3) for rank in range(len(kept)))
    return kept, list(weights)


def scan(segments: int, queries: list[list[str]]) -> list[list[int]]:
    """How many calls hold every phrase of a query: for each query by department.

    Plain substrings of what each voice says, as text and as it was spoken; nothing of
    the index.
    """
    recordings = -(-segments // SEGMENTS_PER_RECORDING)
    counts = [[0] * len(SHARES) for _query in queries]
    by_call = itertools.groupby(corpus(segments), key=lambda line: line.recording)
    for recording, lines in by_call:
        said: dict[tuple[int, str], list[str]] = {}
        for line in lines:
            said.setdefault((line.voice, "text"), []).append(line.text)
            said.setdefault((line.voice, "raw"), []).append(line.raw)
        texts = ["".join(pieces) for pieces in said.values()]
        department = department_of(recording, recordings)
        for number, query in enumerate(queries):
            if all(any(phrase in text for text in texts) for phrase in query):
                counts[number][department] += 1
    return counts
