"""The page of tags: called otherwise, coloured, merged, deleted and brought back."""

from collections.abc import Callable

import pytest
from django.test import Client

from accounts.models.audit.events import AuditEvent
from accounts.models.departments import Department
from accounts.models.people import User
from tests.factories import make_recording
from transcription.models.bulk import BulkChange
from transcription.models.recordings import Recording, Tag, TagColour

ClientOf = Callable[[User], Client]
PAGE = "/d/sales/tags/"


@pytest.fixture
def tag(sales: Department, alice: User) -> Tag:
    """One recording has it."""
    made = Tag.objects.create(department=sales, name="投诉")
    make_recording(sales, alice).tags.add(made)
    return made


def change(client: Client, tag: Tag, action: str, **fields: object) -> int:
    return client.post(PAGE, {"tag": tag.pk, "action": action, **fields}).status_code


def test_every_tag_has_its_count(tag: Tag, bob: User, client_of: ClientOf) -> None:
    Tag.objects.create(department=tag.department, name="空的")
    tags = client_of(bob).get(PAGE).context["tags"]
    assert {one.name: one.count for one in tags} == {"投诉": 1, "空的": 0}


def test_a_tag_is_called_otherwise_and_has_a_colour(
    tag: Tag, bob: User, client_of: ClientOf
) -> None:
    client = client_of(bob)
    assert change(client, tag, "save", name="投诉 2026", colour="blue") == 302
    tag.refresh_from_db()
    assert (tag.name, tag.colour) == ("投诉 2026", TagColour.BLUE)
    events = AuditEvent.objects.filter(object_type="tag").order_by("pk")
    assert [e.detail["what"] for e in events] == ["tag_rename", "tag_colour"]
    assert "tag-blue" in client.get("/d/sales/").content.decode()


def test_who_was_slower_writes_over_no_name(
    tag: Tag, bob: User, client_of: ClientOf
) -> None:
    client = client_of(bob)
    assert change(client, tag, "save", name="投诉一", before="投诉") == 302
    assert change(client, tag, "save", name="投诉二", before="投诉") == 422
    tag.refresh_from_db()
    assert tag.name == "投诉一"


@pytest.mark.parametrize("name", ["", "a，b", "别的"])
def test_a_name_that_it_cannot_have_is_explained(
    tag: Tag, bob: User, client_of: ClientOf, name: str
) -> None:
    Tag.objects.create(department=tag.department, name="别的")
    assert change(client_of(bob), tag, "save", name=name) == 422
    tag.refresh_from_db()
    assert tag.name == "投诉"


def test_two_tags_become_one(tag: Tag, bob: User, client_of: ClientOf) -> None:
    other = Tag.objects.create(department=tag.department, name="抱怨")
    both = make_recording(tag.department, bob)
    both.tags.add(tag, other)
    client = client_of(bob)
    assert change(client, tag, "merge", into=tag.pk) == 422
    assert change(client, tag, "merge", into=other.pk) == 302
    assert Tag.objects.get() == other
    assert other.recordings.count() == 2


def test_two_tags_that_became_one_are_two_again(
    tag: Tag, bob: User, client_of: ClientOf
) -> None:
    Tag.objects.update(colour=TagColour.PINK)
    only = Recording.objects.get()
    other = Tag.objects.create(department=tag.department, name="抱怨")
    both, neither = (make_recording(tag.department, bob) for _number in range(2))
    both.tags.add(tag, other)
    client = client_of(bob)
    change(client, tag, "merge", into=other.pk)
    neither.tags.add(other)  # since then
    page = client.get(PAGE).content.decode()
    assert "“投诉”已并入“抱怨”：2 条录音" in page
    client.post("/d/sales/bulk/undo/", {"change": str(BulkChange.objects.get().uuid)})

    def tags_of(recording: Recording) -> set[str]:
        return set(recording.tags.values_list("name", flat=True))

    assert [tags_of(one) for one in (only, both, neither)] == [
        {"投诉"},
        {"投诉", "抱怨"},
        {"抱怨"},
    ]
    assert Tag.objects.get(name="投诉").colour == TagColour.PINK


def test_a_deleted_tag_comes_back_with_its_colour(
    tag: Tag, bob: User, client_of: ClientOf
) -> None:
    Tag.objects.update(colour=TagColour.PINK)
    client = client_of(bob)
    change(client, tag, "delete")
    assert not Tag.objects.exists()
    undo = BulkChange.objects.get().uuid
    assert str(undo) in client.get(PAGE).content.decode()
    client.post("/d/sales/bulk/undo/", {"change": str(undo)})
    assert Recording.objects.get().tags.get().colour == TagColour.PINK


def test_a_tag_of_another_department_is_gone(
    tag: Tag, support: Department, bob: User, client_of: ClientOf
) -> None:
    theirs = Tag.objects.create(department=support, name="他们的")
    client = client_of(bob)
    assert change(client, theirs, "delete") == 422
    assert change(client, tag, "merge", into=theirs.pk) == 422
    assert Tag.objects.filter(pk=theirs.pk).exists()
