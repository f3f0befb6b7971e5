"""A private recording, for everybody of its department and in every page: the third
kind of person, who belongs here and is not one of its people."""

import ast
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models.departments import Department
from accounts.models.members import Membership
from accounts.models.people import User
from accounts.roles import Role
from tests.factories import make_job, make_recording, make_transcript
from tests.isolation import (
    accounts_addresses,
    api_addresses,
    api_v1_addresses,
    engine_addresses,
    evaluation_addresses,
    recording_addresses,
    search_addresses,
    vad_addresses,
)
from tests.isolation.rules import Door, Rule, Scene, call, token_of
from tests.people import join, make_user, membership
from transcription.models.evaluation import (
    EvaluationResult,
    EvaluationRun,
    ReferenceItem,
    ReferenceSet,
)
from transcription.models.hotwords.lists import HotwordListVersion
from transcription.models.notices import Notice, NoticeKind
from transcription.models.recordings import Recording, Tag
from transcription.models.runs import JobState
from transcription.models.transcripts import Segment
from transcription.services.search.index import index_transcript

ClientOf = Callable[[User], Client]
# Not ``RULES``: the sweep would take each line for a second one.
SWEPT: list[Rule] = [
    rule
    for module in (
        accounts_addresses,
        api_addresses,
        api_v1_addresses,
        engine_addresses,
        evaluation_addresses,
        recording_addresses,
        search_addresses,
        vad_addresses,
    )
    for rule in module.RULES
]
OBJECTS = [rule for rule in SWEPT if rule.has_object]
each_object = pytest.mark.parametrize("rule", OBJECTS, ids=str)

WORD, TITLE, TAG, AGENT = "紫薇星座", "并购谈判", "保密标签", "赵钱孙"
HEARD = "紫薇行做"  # sounds like the word


@pytest.fixture
def scene(sales: Department, support: Department) -> Scene:
    return Scene(sales, support)


def private(scene: Scene, url: str) -> bool:
    """Make the scene's recording private; whether the address is about it."""
    Recording.objects.filter(pk=scene.recording.pk).update(is_private=True)
    return str(scene.recording.uuid) in url or str(scene.job.uuid) in url


def answer(rule: Rule, scene: Scene, person: User, url: str) -> HttpResponse:
    client, token = Client(), ""
    if rule.door is Door.API:
        token = token_of(person)
    else:
        client.force_login(person)
    return call(client, rule, scene, url, token)


@each_object
def test_another_member_does_not_find_it(rule: Rule, scene: Scene) -> None:
    if rule.door not in (Door.DEPARTMENT, Door.API):
        return
    url = rule.url(scene)
    if private(scene, url):
        member = scene.person(Role.MEMBER)
        assert answer(rule, scene, member, url).status_code == 404


@each_object
def test_its_people_find_it(rule: Rule, scene: Scene) -> None:
    if rule.door not in (Door.DEPARTMENT, Door.API):
        return
    url = rule.url(scene)
    if not private(scene, url):
        return
    uploader = scene.person(Role.MEMBER)
    agent = join(make_user("agent"), scene.sales, Role.MEMBER)
    Recording.objects.filter(pk=scene.recording.pk).update(
        uploaded_by=uploader, agent_member=membership(agent)
    )
    roles = (Role.SUPERVISOR, Role.ADMIN, Role.AUDITOR)
    people = [uploader, agent, *(scene.person(role) for role in roles)]
    if rule.method != "get":
        people = people[:1]  # the first may change what the others would look for
    for person in people:
        status = answer(rule, scene, person, url).status_code
        assert status != 404, person


def plant(scene: Scene) -> Recording:
    """A recording that leaves something of itself on every page that could show it."""
    found = make_recording(scene.sales, scene.owner, title=TITLE, agent=AGENT)
    found.tags.add(Tag.objects.create(department=scene.sales, name=TAG))
    vars(scene).update(recording=found, job=make_job(found))
    texts = [f"我们说{WORD}", f"关于{WORD}的事", "就这样"]
    transcript = make_transcript(found, texts, job=scene.job)
    vars(scene).update(transcript=transcript)
    for segment in transcript.segments.all()[:2]:
        segment.text_machine = segment.text.replace(WORD, "紫微新做")
        segment.edited_at, segment.edited_by = timezone.now(), scene.owner
        segment.save()
    index_transcript(transcript)
    make_job(found, JobState.RUNNING)
    return found


def plant_evaluation(scene: Scene) -> list[str]:
    """Sentences of the recording in a set and in two runs; the pages about them."""
    made = ReferenceSet.objects.create(department=scene.sales, name="通话")
    item = ReferenceItem.objects.create(
        reference_set=made,
        name=f"{TITLE} 0:00",
        text=WORD,
        language="zh",
        recording=scene.recording,
        start_ms=0,
        end_ms=900,
    )
    runs = [_finished_run(made, item, text) for text in ("紫微新做", WORD)]
    runs[1].baseline, runs[1].hotword_list = runs[0], scene.hotword_list
    runs[1].save()
    HotwordListVersion.objects.create(
        hotword_list=scene.hotword_list, number=1, lines=["利率"], word_count=1
    )
    sales, run = {"department": scene.sales.slug}, {"uuid": runs[1].uuid}
    return [
        reverse("transcription:reference_set", kwargs=sales | {"uuid": made.uuid}),
        reverse("transcription:evaluation_run", kwargs=sales | run),
        reverse("transcription:evaluation_compare", kwargs=sales | run),
        reverse("transcription:evaluation_export", kwargs=sales | run),
        reverse(
            "transcription:hotword_try",
            kwargs=sales | {"uuid": scene.hotword_list.uuid},
        ),
    ]


def _finished_run(
    made: ReferenceSet, item: ReferenceItem, recognised: str
) -> EvaluationRun:
    run = EvaluationRun.objects.create(
        reference_set=made,
        library="draft",
        state=JobState.SUCCEEDED,
        finished_at=timezone.now(),
    )
    EvaluationResult.objects.create(
        run=run,
        item=item,
        reference=WORD,
        heard=recognised,
        edits=int(recognised != WORD),
        characters=4,
        said=0,
        found=0,
        false_insertions=0,
        lost=0,
        figures={},
    )
    return run


def pages(scene: Scene) -> dict[str, str]:
    """Every address of the department that a member may open, as it could tell of the
    recording: the way in, and what is added to it."""
    found = {
        str(rule): rule.url(scene)
        for rule in SWEPT
        if rule.door is Door.DEPARTMENT
        and rule.method == "get"
        and Role.MEMBER in rule.roles
    }
    uuid = scene.recording.uuid
    asked = {
        "archive": ["", f"?q={TITLE}", f"?agent={AGENT}", f"?tag={TAG}"],
        "search": [
            f"?q={WORD}",
            f"?q={WORD}&recording={uuid}",
            f"?q={WORD}&after={uuid}",
            f"?q={HEARD}",
            f"?q={HEARD}&sound=on",
        ],
        "job_states": [f"?watch={uuid}"],
    }
    for name, queries in asked.items():
        address = found.pop(f"get transcription:{name}")
        found |= {f"{name}{query}": f"{address}{query}" for query in queries}
    return found


def telling(client: Client, addresses: dict[str, str], uuid: str) -> set[str]:
    """The addresses whose pages say anything of the recording that nobody typed."""
    told = set()
    for name, address in addresses.items():
        response = client.get(address)
        content = b"".join(response) if response.streaming else response.content
        assert response.status_code in (200, 302, 404), name
        body = content.decode(errors="replace")
        typed = "" if name.startswith("job_states") else address
        secrets = [s for s in (WORD, TITLE, TAG, AGENT, uuid) if s not in typed]
        if any(secret in body for secret in secrets):
            told.add(name)
    return told


def test_no_page_says_anything_of_it(scene: Scene, client_of: ClientOf) -> None:
    recording = plant(scene)
    addresses = {url: url for url in plant_evaluation(scene)} | pages(scene)
    member = scene.person(Role.MEMBER)
    Notice.objects.create(  # ordered while everybody could open it
        kind=NoticeKind.JOB, department=scene.sales, recipient=member, job=scene.job
    )
    client = client_of(member)
    before = telling(client, addresses, str(recording.uuid))
    assert before >= {
        "archive",
        f"archive?tag={TAG}",
        f"search?q={WORD}",
        f"search?q={HEARD}",
        f"search?q={HEARD}&sound=on",
        f"job_states?watch={recording.uuid}",
        "get transcription:recording",
        "get transcription:export",
        "get transcription:vad",
        "get transcription:hotword_suggestions",
        "get transcription:notices",
        "get transcription:saved_search",
        *list(addresses)[:5],
    }
    Recording.objects.update(is_private=True)
    assert telling(client, addresses, str(recording.uuid)) == set()


def test_no_list_counts_it(scene: Scene, client_of: ClientOf) -> None:
    plant(scene)
    Recording.objects.update(is_private=True)
    client = client_of(scene.person(Role.MEMBER))
    sales = {"department": scene.sales.slug}
    archive = client.get(reverse("transcription:archive", kwargs=sales))
    assert archive.context["total"] == 0
    search = client.get(reverse("transcription:search", kwargs=sales), {"q": WORD})
    assert (search.context["page"].total, search.context["found"]) == (0, [])


def test_the_trash_keeps_it_private(scene: Scene, client_of: ClientOf) -> None:
    recording = plant(scene)
    member = scene.person(Role.MEMBER)
    url = reverse("transcription:trash", kwargs={"department": scene.sales.slug})
    Recording.objects.update(is_private=True, deleted_at=timezone.now())
    assert TITLE not in client_of(member).get(url).content.decode()
    Recording.objects.filter(pk=recording.pk).update(agent_member=membership(member))
    assert TITLE in client_of(member).get(url).content.decode()


ROOT = Path(__file__).parents[2] / "transcription"
# Where recordings are asked for without a person, and why that is right.
NOBODY_ASKS = {
    "services/drafts/sentences.py": "of a recording that has passed its door",
    "services/hotwords/uncertain.py": "the janitor reads them for everybody",
    "services/hotwords/usage.py": "the janitor counts private ones apart",
    "api/serializers.py": "the text of a job that has passed its door",
    "services/installation.py": "whether the storage is ours",
    "services/jobs/orders.py": "where the recording of a new job is",
    "services/jobs/repeats.py": "with the rule as a condition",
    "services/jobs/results.py": "workers",
    "services/jobs/working.py": "workers",
    "services/media/disk/housekeeping.py": "files without a row",
    "services/notices/reading.py": "whether the person's own jobs go on",
    "services/notices/writing.py": "the job that has just ended",
    "services/recogniser/load/speed.py": "how fast jobs went",
    "services/recogniser/status.py": "how fast jobs went",
    "services/recordings/agents.py": "admins, who see all: counts by name",
    "services/recordings/archive.py": "the jobs of recordings that were found",
    "services/recordings/details.py": "what has passed its door, locked",
    "services/recordings/exporting/orders.py": "of what a selection found",
    "services/recordings/home.py": "failed jobs, of recordings with the rule",
    "services/recordings/keeping.py": "what has passed its door, and the janitor",
    "services/recordings/selection/changing.py": "ids that a selection found",
    "services/recordings/selection/choosing.py": "ids that a selection found, locked",
    "services/recordings/selection/moved_rows.py": "ids that a selection found, locked",
    "services/recordings/selection/moving.py": "what was moved a moment before",
    "services/recordings/selection/ordering.py": "ids that a selection found",
    "services/recordings/selection/trashing.py": "ids that a selection found",
    "services/recordings/stored_sound.py": "a command",
    "services/revisions/matches.py": "the newest id",
    "services/revisions/revisions.py": "a revision's recordings, for the audit log",
    "services/revisions/running.py": "workers",
    "services/saved_searches/matching.py": "for everybody; each is told by the rule",
    "services/saved_searches/waiting.py": "the janitor, for everybody",
    "services/search/facts.py": "facts of what the index found, and its conditions",
    "services/search/facets.py": "what the index found with the rule in its query",
    "services/search/filters.py": "subqueries of a recording",
    "services/search/groups.py": "what the index found with the rule in its query",
    "services/search/hits.py": "the sentence before one that was found",
    "services/search/index.py": "the transcript of what is written into the index",
    "services/search/ranking.py": "what the index found with the rule in its query",
    "services/search/reach.py": "the rule itself, for the index to put in its query",
    "services/search/searching.py": "the address of the newest that the index found",
    "services/search/upkeep.py": "the index",
    "services/transcripts/corrections.py": "sentences that have passed their door",
    "services/transcripts/voices.py": "voices that have passed their door",
}
MODELS = ("Recording", "Transcript", "Segment", "TranscriptionJob")


def unpersonal(path: Path) -> Iterator[str]:
    """What of these models' rows the file asks for without saying for whom."""
    for node in ast.walk(ast.parse(path.read_text())):
        text = ast.unparse(node) if isinstance(node, ast.Attribute) else ""
        asked = text.split(".")
        is_query = len(asked) == 3 and asked[0] in MODELS and asked[1] == "objects"
        if is_query and asked[2] not in ("visible_to", "readable_by"):
            yield text


def test_whoever_asks_for_rows_says_for_whom() -> None:
    """A new file that asks for recordings uses ``visible_to`` or ``readable_by``, or
    says here why no person sees what it finds."""
    asking = {
        str(path.relative_to(ROOT))
        for layer in ("api", "forms", "services", "views")
        for path in (ROOT / layer).rglob("*.py")
        if any(unpersonal(path))
    }
    assert asking - set(NOBODY_ASKS) == set()
    assert set(NOBODY_ASKS) - asking == set()


def test_the_rule_is_the_same_for_one_and_for_many(scene: Scene) -> None:
    """Whom the door lets in, and in whose lists the recording stands."""
    recording = scene.recording
    agent = join(make_user("agent"), scene.sales, Role.MEMBER)
    Recording.objects.update(is_private=True, agent_member=membership(agent))
    people = [agent, scene.owner, *(scene.person(role) for role in Role)]
    seeing = {
        person.username
        for person in people
        if Recording.objects.visible_to(membership(person)).exists()
    }
    assert seeing == {
        "agent",
        "owner",
        "sales-supervisor",
        "sales-admin",
        "sales-auditor",
    }
    assert not Recording.objects.visible_to(
        Membership.objects.get(user=scene.outsider(Role.ADMIN))
    ).exists()
    assert Segment.objects.count() == 0 and recording.pk
