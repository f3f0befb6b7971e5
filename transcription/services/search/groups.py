"""The recordings that a page of results shows, each with what was found in it."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace

from django.utils.translation import gettext_lazy as _

from accounts.models.members import Membership
from transcription.models.recordings import Recording
from transcription.models.transcripts import Segment, Transcript
from transcription.search.documents import About
from transcription.search.folding import Phrase
from transcription.search.highlight import Part, find, parts
from transcription.search.language.tree import Node
from transcription.search.matching import Match
from transcription.services.search.asking import phrases_for_agents
from transcription.services.search.finding import read_documents
from transcription.services.search.hits import Hit, hits_of
from transcription.services.search.index import about
from transcription.services.search.notes import Note, aliases_in, notes_of

HITS_PER_RECORDING = 3
HITS_PER_PAGE = 100  # of one recording, when only that is searched
BEFORE_ALL = -1  # the first segment is 0

_LABELS = {
    About.TITLE: _("Title"),
    About.AGENT: _("Agent"),
    About.NUMBER: _("Number"),
    About.FILE: _("File name"),
}
_FORMER_AGENT = _("Agent, called then")


@dataclass(frozen=True, slots=True)
class AboutHit:
    """What was found in what is known about a recording."""

    kind: About
    parts: list[Part]
    is_former: bool = False  # the agent has another name now
    notes: tuple[Note, ...] = ()

    @property
    def label(self) -> str:
        """What people call the field."""
        return str(_FORMER_AGENT if self.is_former else _LABELS[self.kind])


@dataclass(frozen=True, slots=True)
class Group:
    """A recording with its first hits in the order in which they are said, and how many
    there are beside those shown before."""

    recording: Recording
    hits: list[Hit]
    hit_count: int
    about: list[AboutHit]

    @property
    def hidden_count(self) -> int:
        return self.hit_count - len(self.hits)

    @property
    def title(self) -> list[Part]:
        """With what was found in it."""
        return self.in_title.parts if self.in_title else [(self.recording.title, 0)]

    @property
    def in_title(self) -> AboutHit | None:
        return next((hit for hit in self.about if hit.kind == About.TITLE), None)

    @property
    def in_agent(self) -> AboutHit | None:
        """In the name that the recording shows: that of today."""
        found = (hit for hit in self.about if hit.kind == About.AGENT)
        return next((hit for hit in found if not hit.is_former), None)

    @property
    def about_rest(self) -> list[AboutHit]:
        """In what a row of results does not show anyway."""
        return [hit for hit in self.about if hit not in (self.in_title, self.in_agent)]


def groups_of(
    membership: Membership,
    tree: Node,
    ids: Sequence[int],
    after: int = BEFORE_ALL,
    *,
    is_alone: bool = False,
) -> list[Group]:
    """The recordings with their hits, in the order of their ids here; of one that is
    ``is_alone``, more hits, and those ``after`` a segment."""
    found = read_documents(tree, ids)
    names = tuple(phrases_for_agents(tree))
    aliases = aliases_in(tree)
    said = {
        pk: {one.segment: one for one in found.get(pk, ()) if one.segment > after}
        for pk in ids
    }
    size = HITS_PER_PAGE if is_alone else HITS_PER_RECORDING
    segments = segments_at({pk: list(indexes)[:size] for pk, indexes in said.items()})
    recordings = (
        Recording.objects.visible_to(membership)
        .kept()
        .filter(pk__in=ids)
        .select_related("agent_member__user")
        .defer("waveform")
        .in_bulk()
    )
    return [
        Group(
            recording=recordings[pk],
            hits=hits_of(segments.get(pk, ()), said[pk], aliases),
            hit_count=len(said[pk]),
            about=_about_hits(recordings[pk], found[pk], names, aliases),
        )
        for pk in ids
        if pk in recordings and pk in found
    ]


def _about_hits(
    recording: Recording,
    matches: Iterable[Match],
    names: tuple[Phrase, ...],
    aliases: Collection[Phrase],
) -> list[AboutHit]:
    """``names`` are the phrases for which an agent's name will do: the document has
    the name that was written when the call came, not the one of today."""
    known = about(recording)
    hits = {}
    for match in matches:
        if match.segment < 0:
            kind = About(match.segment)
            hits[kind] = _about(kind, known[kind], match, aliases)
    now = recording.agent_name
    if now != recording.agent:
        if About.AGENT in hits:
            hits[About.AGENT] = replace(hits[About.AGENT], is_former=True)
        if find(now, names).spans:
            hits[About.AGENT] = _about(About.AGENT, now, Match(About.AGENT, names))
    return [hits[kind] for kind in sorted(hits)]


def _about(
    kind: About, text: str, match: Match, aliases: Collection[Phrase] = ()
) -> AboutHit:
    written, heard = (find(text, some).spans for some in (match.phrases, match.heard))
    notes = tuple(notes_of(match, aliases))
    return AboutHit(kind, parts(text, written, heard), notes=notes)


def segments_at(wanted: dict[int, list[int]]) -> dict[int, list[Segment]]:
    """These segments of the recordings' transcripts, by recording, in order."""
    # Every place times every transcript, then what is wanted of them: an OR of pairs
    # would make SQLite read the whole table.
    current = Transcript.objects.filter(recording__in=wanted, is_current=True)
    transcripts = current.in_bulk()
    places = Segment.objects.filter(
        transcript__in=transcripts,
        index__in={index for indexes in wanted.values() for index in indexes},
    ).values_list("pk", "transcript", "index")
    ids = [
        pk
        for pk, transcript, index in places
        if index in wanted[transcripts[transcript].recording_id]
    ]
    found = Segment.objects.filter(pk__in=ids).select_related("speaker")
    by_recording: dict[int, list[Segment]] = {}
    for segment in found.order_by("index"):
        segment.transcript = transcripts[segment.transcript_id]
        recording_id = segment.transcript.recording_id
        by_recording.setdefault(recording_id, []).append(segment)
    return by_recording
