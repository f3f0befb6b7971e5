"""Whether a hotword was said where the engine wrote other English words.

The engine's confidence and common words are evidence for the text as it is; like
sounds, and that the engine cannot know the word, are evidence for the hotword. An
engine that gives no confidence counts as sure.
"""

from typing import Final

from transcription.pipeline.english.phonemes import is_in_dictionary
from transcription.pipeline.english.words import are_common, english_tokens

_SURE: Final = 0.9  # from this mean confidence on the engine is sure of its words
_UNSURE: Final = 0.7
_GUESS: Final = 0.5
# How alike the sounds must be, by how sure the engine was of what it wrote.
_THE_SAME: Final = 0.95
_LIKE_WHAT_IT_GUESSED: Final = 0.9
_LIKE_WHAT_IT_DOUBTED: Final = 0.85
_NEVER: Final = 2.0
_MORE_IN_A_LARGE_LIBRARY: Final = 0.04


def is_joined(hotword: str, recognised: str, sureness: float) -> bool:
    """``recognised`` has the hotword's letters: is ``chat gpt`` ChatGPT, ``new ton``
    Newton? Not when the engine knows the joined word and was sure of two others."""
    tokens = english_tokens(recognised)
    if len(tokens) < 2 or tokens == english_tokens(hotword):
        return True
    if not all(is_in_dictionary(token) and len(token) > 1 for token in tokens):
        return True
    is_known = is_in_dictionary("".join(tokens))
    return not (is_known or are_common(tokens)) or sureness < _SURE


def sounds_like_it(
    hotword: str,
    recognised: str,
    likeness: float,
    sureness: float,
    *,
    in_large_library: bool,
) -> bool:
    """``recognised`` has other letters and about the sounds of the hotword."""
    tokens = english_tokens(recognised)
    is_known = all(map(is_in_dictionary, english_tokens(hotword)))
    is_one_word = len(tokens) == 1 and is_in_dictionary(tokens[0])
    if are_common(tokens):
        needed = _THE_SAME if sureness < _UNSURE else _NEVER
    elif is_one_word:  # only its homophone, and not where the engine meant it
        limit = _GUESS if in_large_library else _SURE
        needed = _THE_SAME if sureness < limit else _NEVER
    elif sureness < _UNSURE:
        needed = _LIKE_WHAT_IT_DOUBTED
    elif sureness < _SURE:
        needed = _LIKE_WHAT_IT_GUESSED
    elif is_known:  # it would have written the word
        needed = _NEVER
    elif not all(map(is_in_dictionary, tokens)):  # it wrote what is no word
        needed = _LIKE_WHAT_IT_GUESSED
    else:
        needed = _THE_SAME
    if in_large_library and (are_common(tokens[:1]) or are_common(tokens[-1:])):
        needed = max(needed, _THE_SAME)  # "the letter" sounds like some name
    return likeness >= needed + _MORE_IN_A_LARGE_LIBRARY * in_large_library
