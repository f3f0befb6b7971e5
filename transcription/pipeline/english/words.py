"""English words that are said in nearly every conversation, and so prove nothing."""

import re
from collections.abc import Iterable
from typing import Final

_TOKEN: Final = re.compile(r"[a-z]+(?:'[a-z]+)*")

_COMMON: Final = frozenset(
    _TOKEN.findall("""
    a able about after again all also always am an and another any anything are
    around as ask asked at away back be because been before being best better big
    both bring but buy by bye call called came can can't car care case change come
    coming could day days did didn't different do does doesn't doing don't done door
    down each early either else end enough even ever every everything far feel few
    find fine first five for four free from full gave get gets getting give go goes
    going gone good got great had half hand hands hard has have having he head hear
    heard hello help her here hi high him his hold home hope hour hours house how i
    i'd i'll i'm i've idea if in into is isn't it it's its job just keep kind knew
    know last late later least leave left less let let's life light like line little
    live long look looked looking lot made make makes making man many may maybe me
    mean means meet men might mind minute minutes miss money month months more
    morning most move mr mrs much must my name near need needs never new next nice
    night nine no not nothing now number of off office oh ok okay old on once one
    only open or order other our out over own part past pay people place plan please
    point possible price problem put question quite read ready real really red right
    room run said same saw say says see seem seen sell send sent set seven she she's
    short should show sir six small so some something soon sorry sort start started
    stay still stop such sure take taken talk team tell ten than thank thanks that
    that's the their them then there there's these they they're thing things think
    this those thought three through time times to today together told tomorrow too
    took top try turn two under until up us use used very wait want wanted wants was
    wasn't water way we we'll we're week weeks well went were what what's when where
    which while who whole why will wish with without won't word work working world
    worth would year years yes yet you you'll you're young your
    """)
)


def english_tokens(text: str) -> list[str]:
    """The words of a text in small letters, ``it's`` as one."""
    return _TOKEN.findall(text.lower())


def are_common(tokens: Iterable[str]) -> bool:
    return all(token in _COMMON for token in tokens)
