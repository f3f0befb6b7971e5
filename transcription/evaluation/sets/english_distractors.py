"""Made-up names as an English company's list might hold them."""

from collections.abc import Callable, Sequence
from typing import Final

Pick = Callable[[Sequence[str]], str]


def parts(text: str) -> list[str]:
    return text.split()


_BEGINNINGS: Final = parts(
    "ac al am ar ax bel bor bri cal cap cel cor cy dal del dyn el em en fin for gal gen"
    " glo gran hal hex in is jen kal kor lan lex lin lu mag mar med mon nav neo nor"
    " nov om or pan per pol pri quan ral red ren sal sen ser sol syn tal tel ter tor"
    " tri val ver vis vol wel xan yor zen"
)
_MIDDLES: Final = parts(
    "a e i o u an ar en er in is o on or u ta te ti to la le li lo ra re ri ro ma me mi"
    " mo na ne ni no va ve vi vo da di do sa si so"
)
_ENDS: Final = parts(
    "dex dia don dor dyne fer fin gen gard go ka kon la lex lia line lis lo ma mark max"
    " men mex mo na net nex nia nix nor nova on ra ren ria rix ro sa scan sen soft son"
    " ta tech tel ter tek tis ton tra tron va van ver via vis wave wix xia zon"
)
_TRADES: Final = parts(
    "Systems Labs Health Energy Capital Foods Logistics Pharma Cloud Motors Bank"
)
_GIVEN: Final = parts(
    "Adele Bjorn Carmen Dmitri Elif Farid Greta Hamza Ingrid Jorge Kenji Lucia Marek"
    " Nadia Oskar Paolo Rania Sanjay Tomas Ulrike Vikram Wanda Yusuf Zofia"
)
_NAME_ENDS: Final = parts(
    "ez ova sen son ski wicz man berg ini elli ham ley ford dottir opoulos ago"
)
_LETTERS: Final = "ABCDEFGHIJKLMNOPRSTUVWXZ"


def english_name(pick: Pick) -> str:
    return _MAKERS[pick("bbbbbccppppma")](pick)


def _brand(pick: Pick) -> str:
    middle = pick(("", pick(_MIDDLES)))
    return (pick(_BEGINNINGS) + middle + pick(_ENDS)).capitalize()


def _company(pick: Pick) -> str:
    return f"{_brand(pick)} {pick(_TRADES)}"


def _person(pick: Pick) -> str:
    surname = pick(_BEGINNINGS) + pick(("", pick(_MIDDLES))) + pick(_NAME_ENDS)
    return f"{pick(_GIVEN)} {surname.capitalize()}"


def _compound(pick: Pick) -> str:
    return _brand(pick) + pick(("Hub", "Base", "Flow", "Desk", "Link", "Point", "Sign"))


def _abbreviation(pick: Pick) -> str:
    return "".join(pick(_LETTERS) for _ in pick(("123", "1234")))


_MAKERS: Final[dict[str, Callable[[Pick], str]]] = {
    "b": _brand,
    "c": _company,
    "p": _person,
    "m": _compound,
    "a": _abbreviation,
}
