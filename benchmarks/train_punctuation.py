"""Train the model that writes punctuation. ``python -m benchmarks.train_punctuation``

Needs two corpora of dialogues, both under the Apache License 2.0 (github.com):

    thu-coai/CrossWOZ  data/crosswoz/{test,val}.json.zip        (df82c9f)
    thu-coai/KdConv    data/{film,music,travel}/{dev,test}.json (653db76)

``--corpora`` is a folder that holds those two repositories. Of their 36,000 utterances
those are taken that are Chinese with figures (which are read out); pauses are planted
(``benchmarks.planted_pauses``), every seventh dialogue has no word times. The own
sentences of ``training.txt`` go in as well; those of ``utterances.tsv`` and the
shared recordings do not: one half of the sentences chose the bias, the other measures.
Nothing of a text is kept but sums of weights.
"""

import argparse
import json
import random
import re
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final

import numpy as np

from benchmarks.planted_pauses import SEED, TRAINING, Turn, track, turn_of
from transcription.pipeline.punctuation.features import Sentence, sentence_features
from transcription.pipeline.punctuation.lines import MARKS, Line
from transcription.pipeline.punctuation.model import KINDS, WEIGHTS, laid_out, rows_of
from transcription.pipeline.text.dictionary import words_of

PLACE_ROWS: Final = 2**18
SENTENCE_ROWS: Final = 2**17
BIAS: Final = (0.8, 1.2, 0.7)  # for a comma, an end, a question: by the tuning half
ROUNDS: Final = 2  # of the corpora, with other pauses each time
OWN_ROUNDS: Final = 12
_DIGITS: Final = "零一二三四五六七八九"
_FOREIGN: Final = re.compile(r"[^\u4e00-\u9fffA-Za-z，。？]")


class Examples:
    """Rows of features and what is right, for both questions."""

    def __init__(self) -> None:
        self.places: list[tuple[list[int], int]] = []
        self.sentences: list[tuple[list[int], int]] = []

    def add(self, turns: list[Turn], rng: random.Random) -> None:
        planted = track(turns, rng, joined=rng.choice((0.1, 0.4, 0.7)))
        lines = planted.lines
        if rng.random() < 1 / 7:
            lines = [replace(line, words=()) for line in lines]
        self._learn(lines, planted.reference)

    def _learn(self, lines: list[Line], reference: str) -> None:
        marks, at = {}, 0
        for character in reference:
            if character in MARKS:
                marks[at] = character
            else:
                at += 1
        found, _allowed = laid_out(lines)
        sentence, at = Sentence(), 0
        for place in found.places:
            word = found.words[place.number]
            at += len(word)
            sentence.add(word)
            mark = marks.get(at, "")
            kind = "。" if mark == "？" else mark
            if place.number < len(found.words) - 1:
                features = found.features(place.number, sentence)
                self.places.append((rows_of(features, PLACE_ROWS), KINDS.index(kind)))
            if kind == "。":
                features = sentence_features(sentence.clauses)
                rows = rows_of(features, SENTENCE_ROWS)
                self.sentences.append((rows, int(mark == "？")))
            if kind:
                sentence.mark(kind)


def corpus(folder: Path) -> Iterator[str]:
    """The utterances of both corpora as they would be said, dialogue by dialogue."""
    for archive in sorted(folder.glob("CrossWOZ/data/crosswoz/*.json.zip")):
        with zipfile.ZipFile(archive) as file:
            dialogues = json.loads(file.read(file.namelist()[0])).values()
        for dialogue in dialogues:
            yield from (message["content"] for message in dialogue["messages"])
    for path in sorted(folder.glob("KdConv/data/*/*.json")):
        if path.stem in ("dev", "test"):
            for dialogue in json.loads(path.read_text("utf-8")):
                yield from (message["message"] for message in dialogue["messages"])


def as_said(text: str) -> str | None:
    """Figures read out, three marks only, an end; None for what is not Chinese."""
    text = re.sub(r"[（(【].*?[)）】]", "", text)
    text = re.sub(r"[《》“”\"#‘’\u200e·]", "", text)
    text = re.sub(r"(\d):(\d\d)", r"\1点\2分", text)
    text = re.sub(r"(?<=\d)[-~～](?=\d)", "到", text).replace("%", "")
    text = re.sub(r"\d+(\.\d+)?", lambda found: _read_out(found.group()), text)
    text = re.sub(r"[,、：:;]", "，", text)
    text = re.sub(r"[；!！]", "。", text).replace("?", "？")
    text = re.sub(r"[\s-]", "", text)
    if _FOREIGN.search(text):
        return None
    text = re.sub(
        r"[，。？]{2,}", lambda found: min(found.group(), key="？。，".index), text
    )
    text = text.strip("，")
    if len(text) < 2 or text[0] in "。？":
        return None
    return text if text[-1] in "。？" else f"{text}。"


def _read_out(figure: str) -> str:
    whole, _point, decimals = figure.partition(".")
    by_one = (
        len(whole) >= 5 or whole[0] == "0" or (len(whole) == 4 and whole[0] in "12")
    )
    said = "".join(_DIGITS[int(d)] for d in whole) if by_one else _number(int(whole))
    return said + (
        "点" + "".join(_DIGITS[int(d)] for d in decimals) if decimals else ""
    )


def _number(value: int) -> str:
    said, skipped = "", False
    for power, unit in ((3, "千"), (2, "百"), (1, "十"), (0, "")):
        digit = value // 10**power % 10
        if digit:
            said += ("零" if skipped and said else "") + _DIGITS[digit] + unit
        skipped = not digit
    return said.removeprefix("一") if said.startswith("一十") else said or "零"


def fit(
    examples: list[tuple[list[int], int]], rows: int
) -> "np.ndarray[tuple[int, int], np.dtype[np.float64]]":
    """A column of weights for each class, and one for the class of none at first."""
    from scipy.sparse import csr_matrix
    from sklearn.linear_model import LogisticRegression

    lengths = [len(features) for features, _right in examples]
    columns = np.concatenate([features for features, _right in examples])
    starts = np.concatenate(([0], np.cumsum(lengths)))
    matrix = csr_matrix(
        (np.ones(len(columns), np.float32), columns, starts),
        shape=(len(examples), rows),
    )
    model = LogisticRegression(C=0.5, max_iter=80, tol=1e-3, fit_intercept=False)
    model.fit(matrix, [right for _features, right in examples])
    return np.asarray(model.coef_.T)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpora", type=Path, required=True)
    parser.add_argument("--output", type=Path, default=WEIGHTS)
    arguments = parser.parse_args()
    rng = random.Random(SEED + 1)
    said = [text for one in corpus(arguments.corpora) if (text := as_said(one))]
    turns = [as_turn(text) for text in said]
    print(f"{len(turns)} utterances, {sum(map(len, said))} characters")
    examples = Examples()
    for _round in range(ROUNDS):
        add_all(examples, turns, rng)
    own = [as_turn(text) for text in TRAINING.read_text("utf-8").split()]
    for _round in range(OWN_ROUNDS):
        rng.shuffle(own)
        add_all(examples, own, rng)
    print(f"{len(examples.places)} places, {len(examples.sentences)} sentences")
    save(examples, arguments.output)
    return 0


def as_turn(text: str) -> Turn:
    return turn_of(text, words_of(re.sub("[，。？]", "", text)))


def add_all(examples: Examples, turns: list[Turn], rng: random.Random) -> None:
    at = 0
    while at < len(turns):
        count = rng.randint(3, 12)
        examples.add(turns[at : at + count], rng)
        at += count


def save(examples: Examples, path: Path) -> None:
    places = fit(examples.places, PLACE_ROWS)
    places = places[:, 1:] - places[:, :1]
    sentences = fit(examples.sentences, SENTENCE_ROWS)[:, 0]
    scales = [float(np.abs(part).max()) / 127 for part in (places, sentences)]
    np.savez_compressed(
        path,
        places=np.rint(places / scales[0]).astype(np.int8),
        sentences=np.rint(sentences / scales[1]).astype(np.int8),
        scale=np.array(scales, np.float32),
        bias=np.array(BIAS, np.float32),
    )
    print(f"{path}: {path.stat().st_size} bytes")


if __name__ == "__main__":
    raise SystemExit(main())
