"""How an English-looking word that no dictionary has is probably said.

Rules from letters to phonemes, the longest spelling first, written as one reads a name
aloud for the first time. Where two ways are about as likely both are given: the g of
Git and Gemini, the end of Kubernetes and of Postgres. A vowel may well be wrong;
``phonemes.likeness`` tolerates that.
"""

import re
from collections.abc import Iterable
from functools import cache
from itertools import islice, product
from typing import Final

READINGS: Final = 4
LONGEST: Final = 30  # letters of a word
# Of the ways to say a word, whose number doubles with every doubtful letter.
_TRIED: Final = 64

# Spelling → ways to say it, in the letters of ``phonemes``. ``^`` is the beginning of
# the word, ``$`` its end; what stands behind ``=`` must follow and is not consumed.
_TABLE: Final = """
^kn=N ^wr=R ^ps=S ^pn=N ^gn=N ^rh=R ^x=Z ^y={vowel}Y ^ts=S ^mc=MxK ^gh=G
tion=XxN sion=QxN cian=XxN tious=XxS cious=XxS ture=CxR
ough=w,xF augh=o eigh=k igh=y aigh=k gh={vowel}G gh=_
tch=C dge=J sch=X,SK chr=KR chl=KL ch=C,K sh=X th=0 ph=F wh=W ck=K cqu=KW que$=K qu=KW
nc={soft}NS ng=7,7G nk=7K nc=7K x=KS
sc={soft}S cc={soft}KS cc=K c={soft}S c=K
gg=G g={soft}J,G g=G
zz=Z,TS z=Z j=J,Y
tte$=T sse$=S lle$=L nne$=N
es$=Z,jZ,eS ed$=D,xD
ee=j ea=j,e oo=u oa=w ou=m,u ow=w,m ai=k,y ay=k ei=y,k ey$=j,k ey=k
ie$=j ie=j,yx au=o aw=o oi=z oy=z ue$=u ui=u,wi eu=u ew=u io=jw ia=jx ao=m ua=Wa uo=Ww
eo=jw iu=ju
ear=jR air=eR eer=jR oor=oR our=oR are$=eR ere$=jR ire$=yR ore$=oR ure$=vR
ar=aR er=xR ir=xR ur=xR yr=xR or=oR
fy$=Fy a$=x e$=_ i$=j,y o$=w u$=u y$=j
a={magic}k i={magic}y o={magic}w u={magic}u e={magic}j y={magic}y
o={open}w u={open}u a={open}q,k i={open}i,y e={open}e,j
a=q e=e i=i o=a u=x y=i
bb=B dd=D ff=F ll=L mm=M nn=N pp=P rr=R ss=S tt=T
b=B d=D f=F h=H k=K l=L m=M n=N p=P r=R s=S t=T v=V w=W
"""
_AHEAD: Final = {
    "vowel": "(?=[aeiou])",
    "soft": "(?=[eiy])",
    "magic": "(?=[bcdfgklmnpstvz]e$)",
    "open": "(?=[bcdfghklmnpqrstvz][aeiouy])",
}
_SILENT: Final = "_"
_LINE: Final = re.compile(
    r"(?P<spelling>\^?[a-z]+\$?)=(?:\{(?P<ahead>\w+)\})?(?P<said>\S+)"
)


@cache
def _rules() -> tuple[re.Pattern[str], list[tuple[str, ...]]]:
    """One expression that tries the rules in their order, and what each says."""
    patterns, said = [], []
    for rule in _LINE.finditer(_TABLE):
        ahead = _AHEAD[rule["ahead"]] if rule["ahead"] else ""
        patterns.append(f"({rule['spelling']}{ahead})")
        said.append(tuple(rule["said"].replace(_SILENT, "").split(",")))
    return re.compile("|".join(patterns)), said


def by_rules(word: str) -> tuple[str, ...]:
    """The likeliest ways to say a word of the letters a–z, the first one first; none
    for more than ``LONGEST`` letters, as a recogniser writes that repeats itself."""
    if len(word) > LONGEST:
        return ()
    expression, said = _rules()
    ways: list[tuple[str, ...]] = []
    at = 0
    while at < len(word):
        match = expression.match(word, at)
        if match is None or match.lastindex is None:  # a letter that says nothing
            at += 1
            continue
        ways.append(said[match.lastindex - 1])
        at = match.end()
    return likeliest("".join(way) for way in product(*ways))


def likeliest(ways: Iterable[str]) -> tuple[str, ...]:
    """The first ``READINGS`` different ones; no more are made than that takes, and
    never the whole of what may be millions."""
    found: dict[str, None] = {}
    for way in islice(ways, _TRIED):
        found[way] = None
        if len(found) == READINGS:
            break
    return tuple(found)
