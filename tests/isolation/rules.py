"""What a line of the sweep says, and the world in which it is tried."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from accounts.models.access_requests import AccessRequest
from accounts.models.departments import Department
from accounts.models.invitations import Invitation
from accounts.models.members import Membership
from accounts.models.people import User
from accounts.models.tokens import ApiToken
from accounts.roles import Role
from accounts.services.access_requests.asking import appointment, do_or_ask
from accounts.services.audit.writing import SYSTEM, Origin
from accounts.services.invitations import NewInvitation, invite
from accounts.services.tokens import NewToken, create_token
from tests.factories import make_job, make_recording, make_transcript
from tests.people import join, make_user
from transcription.models.hotwords.lists import HotwordList
from transcription.models.jobs import TranscriptionJob
from transcription.models.recordings import Recording
from transcription.models.transcripts import Segment, Transcript

EVERYBODY = frozenset(Role)
ADMINS = frozenset({Role.ADMIN})
AUDITORS = frozenset({Role.AUDITOR})
UPLOADERS = frozenset({Role.MEMBER, Role.SUPERVISOR, Role.ADMIN})
EDITORS = frozenset({Role.SUPERVISOR, Role.ADMIN})
OVERSEERS = EDITORS | AUDITORS


class Door(StrEnum):
    """Which guard stands in front of an address."""

    DEPARTMENT = "department"  # /d/<slug>/: members by role, everybody else 404
    PLATFORM = "platform"  # platform admins, everybody else 404
    PERSON = "person"  # whoever has logged in, own objects only
    API = "api"  # an API token, in its department


class Scene:
    """The sales department, its people and its things, made when first asked for."""

    def __init__(self, sales: Department, support: Department) -> None:
        self.sales = sales
        self.support = support

    def person(self, role: Role) -> User:
        """Somebody of sales with this role."""
        return join(make_user(f"sales-{role}"), self.sales, role)

    def outsider(self, role: Role) -> User:
        """Somebody of support with this role."""
        return join(make_user(f"support-{role}"), self.support, role)

    @cached_property
    def owner(self) -> User:
        """Uploaded everything; sales keeps an admin whatever the test does."""
        return join(make_user("owner"), self.sales, Role.ADMIN)

    @cached_property
    def membership(self) -> Membership:
        return Membership.objects.get(user=self.owner)

    @cached_property
    def recording(self) -> Recording:
        return make_recording(self.sales, self.owner)

    @cached_property
    def job(self) -> TranscriptionJob:
        return make_job(self.recording)

    @cached_property
    def transcript(self) -> Transcript:
        return make_transcript(self.recording, job=self.job)

    @cached_property
    def segment(self) -> Segment:
        return Segment.objects.filter(transcript=self.transcript).first() or Segment()

    @cached_property
    def hotword_list(self) -> HotwordList:
        return HotwordList.objects.create(
            department=self.sales, name="产品", created_by=self.owner
        )

    @cached_property
    def new_invitation(self) -> NewInvitation:
        return invite(
            membership=self.membership, origin=SYSTEM, role=Role.MEMBER, note=""
        )

    @cached_property
    def invitation(self) -> Invitation:
        return self.new_invitation.invitation

    @cached_property
    def access_request(self) -> AccessRequest:
        asker = make_user("asker", is_platform_admin=True)
        asked = do_or_ask(
            wish=appointment(asker, self.membership.department, Role.ADMIN),
            origin=Origin(user=asker),
        )
        assert isinstance(asked, AccessRequest)
        return asked

    @cached_property
    def new_token(self) -> NewToken:
        return create_token(membership=self.membership, origin=SYSTEM, name="script")

    @cached_property
    def token(self) -> ApiToken:
        return self.new_token.token


def nothing(scene: Scene) -> dict[str, object]:
    return {}


@dataclass(frozen=True)
class Rule:
    """One address with one method.

    ``kwargs`` names an object of *sales* in the address, without the department, or
    with ``is_shared`` one that every department sees; ``data`` is what is sent.
    ``roles`` matters for departments and the API, some of whose addresses name the
    department (``has_slug``).
    """

    name: str
    method: str = "get"
    roles: frozenset[Role] = EVERYBODY
    door: Door = Door.DEPARTMENT
    kwargs: Callable[[Scene], Mapping[str, object]] = nothing
    data: Callable[[Scene], Mapping[str, object]] = nothing
    is_shared: bool = False
    has_slug: bool = False

    def __str__(self) -> str:
        return f"{self.method} {self.name}"

    @property
    def has_object(self) -> bool:
        """Whether the address is about something that a stranger does not find."""
        is_named = self.kwargs is not nothing or self.has_slug
        return is_named and not self.is_shared

    def url(self, scene: Scene, department: Department | None = None) -> str:
        kwargs = dict(self.kwargs(scene))
        if self.door is Door.DEPARTMENT:
            kwargs["department"] = (department or scene.sales).slug
        if self.has_slug:
            kwargs["slug"] = (department or scene.sales).slug
        return reverse(self.name, kwargs=kwargs)


def call(
    client: Client, rule: Rule, scene: Scene, url: str, token: str = ""
) -> HttpResponse:
    send = getattr(client, rule.method)
    headers = {"authorization": f"Bearer {token}"} if token else {}
    more = {}
    if rule.method in ("patch", "put", "delete"):
        headers["if-match"] = "*"  # whatever it is by now
        more = {"content_type": "application/json"}
    response: HttpResponse = send(url, rule.data(scene), headers=headers, **more)
    if response.streaming:
        # Read to its end, a recording's file is closed. ``response.close()`` would
        # close the database's connection too, inside the test's transaction.
        response.getvalue()
    return response


def token_of(user: User) -> str:
    membership = Membership.objects.get(user=user)
    return create_token(membership=membership, origin=SYSTEM, name="sweep").secret
