from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models.audit.events import AuditEvent
from accounts.models.departments import Department
from accounts.models.people import User
from accounts.services.audit.writing import SYSTEM, Origin
from accounts.services.refusal import Refused
from transcription.models.hotwords.lists import HotwordList
from transcription.models.hotwords.proposals import HotwordProposal, ProposalState
from transcription.services.hotwords import proposals as service
from transcription.services.hotwords.drafts import draft_lines
from transcription.services.hotwords.lists import add_words, create_list
from transcription.services.hotwords.proposals import (
    Answered,
    accept_proposal,
    accept_proposals,
    decline_proposals,
    propose_words,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]
Browser = Callable[[User], Client]


@pytest.fixture
def proposed(products: HotwordList, alice: User) -> list[int]:
    """Three words for the list of products."""
    return propose(products, alice, "基金 | 鸡金、债券、黄金".replace("、", "\n"))


def propose(item: HotwordList, user: User, text: str) -> list[int]:
    before = set(item.proposals.values_list("pk", flat=True))
    propose_words(
        hotword_list=item,
        department=user.memberships.get().department,
        proposer=user,
        origin=SYSTEM,
        text=text,
        reason="",
    )
    found = item.proposals.exclude(pk__in=before).order_by("pk")
    return list(found.values_list("pk", flat=True))


def states(ids: list[int]) -> list[str]:
    found = HotwordProposal.objects.filter(pk__in=ids).order_by("pk")
    return list(found.values_list("state", flat=True))


def test_several_are_accepted_at_once_and_each_is_audited(
    products: HotwordList, carol: User, proposed: list[int]
) -> None:
    add_words(hotword_list=products, origin=SYSTEM, text="债 券")
    before = AuditEvent.objects.count()
    answered = accept_proposals(
        hotword_list=products, ids=proposed, origin=Origin(user=carol)
    )
    assert answered == Answered(3, 0)
    # 债券 is there in another spelling.
    assert draft_lines(products) == ["利率", "理财", "债 券", "基金|鸡金", "黄金"]
    assert states(proposed) == ["accepted"] * 3
    events = AuditEvent.objects.order_by("pk")[before:]
    assert [(event.actor, event.detail) for event in events] == [
        (carol, {"accepted": "基金"}),
        (carol, {"accepted": "债券"}),
        (carol, {"accepted": "黄金"}),
    ]


def test_one_reason_declines_several(
    products: HotwordList, carol: User, proposed: list[int]
) -> None:
    with pytest.raises(Refused) as refused:
        decline_proposals(
            hotword_list=products, ids=proposed, origin=SYSTEM, answer=" "
        )
    assert refused.value.code == "answer_missing"
    decline_proposals(
        hotword_list=products, ids=proposed[:2], origin=SYSTEM, answer="太常见"
    )
    assert states(proposed) == ["declined", "declined", "open"]
    answers = products.proposals.order_by("pk").values_list("answer", flat=True)
    assert list(answers) == ["太常见", "太常见", ""]
    events = AuditEvent.objects.order_by("-pk")[:2]
    assert [event.detail for event in events] == [
        {"declined": "债券", "reason": "太常见"},
        {"declined": "基金", "reason": "太常见"},
    ]


def test_what_somebody_answered_before_keeps_that_answer(
    products: HotwordList, proposed: list[int]
) -> None:
    first = HotwordProposal.objects.get(pk=proposed[0])
    accept_proposal(proposal=first, origin=SYSTEM)
    answered = decline_proposals(
        hotword_list=products, ids=proposed, origin=SYSTEM, answer="太常见"
    )
    assert answered == Answered(2, 1)
    assert states(proposed) == ["accepted", "declined", "declined"]


def test_an_answer_that_comes_in_between_takes_everything_back(
    products: HotwordList, proposed: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    real = timezone.now

    def faster() -> object:
        HotwordProposal.objects.filter(pk=proposed[1]).update(
            state=ProposalState.DECLINED
        )
        return real()

    monkeypatch.setattr(timezone, "now", faster)
    with pytest.raises(Refused) as refused:
        accept_proposals(hotword_list=products, ids=proposed, origin=SYSTEM)
    assert refused.value.code == "already_decided"
    assert draft_lines(products) == ["利率", "理财"]


def test_a_list_without_room_takes_none(
    products: HotwordList, proposed: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "MAX_WORDS_PER_LIST", 3)
    with pytest.raises(Refused) as refused:
        accept_proposals(hotword_list=products, ids=proposed, origin=SYSTEM)
    assert refused.value.code == "list_full"
    assert states(proposed) == ["open"] * 3
    assert draft_lines(products) == ["利率", "理财"]


def test_proposals_of_another_list_are_not_answered(
    products: HotwordList, sales: Department, proposed: list[int]
) -> None:
    other = create_list(department=sales, origin=SYSTEM, name="人名")
    answered = accept_proposals(hotword_list=other, ids=proposed, origin=SYSTEM)
    assert answered == Answered(0, 3)
    assert states(proposed) == ["open"] * 3


def test_many_cost_as_many_queries_as_one(products: HotwordList, alice: User) -> None:
    few = propose(products, alice, "甲一\n甲二")
    many = propose(products, alice, "\n".join(f"乙{n}号" for n in range(40)))
    counts = []
    for ids in (few, many):
        with CaptureQueriesContext(
            connection,
        ) as captured:
            accept_proposals(hotword_list=products, ids=ids, origin=SYSTEM)
        counts.append(len(captured))
    assert counts[0] == counts[1]


def test_an_admin_answers_the_chosen_ones_on_the_page(
    carol: User, client_of: Browser, products: HotwordList, proposed: list[int]
) -> None:
    client = client_of(carol)
    kwargs = {"department": "sales", "uuid": products.uuid}
    address = reverse("transcription:hotword_proposals_answer", kwargs=kwargs)

    def sent(**data: object) -> str:
        response = client.post(address, data, follow=True)
        return response.content.decode()

    assert "No proposal was chosen." in sent(decision="accept", proposal=["x", "²"])
    chosen = [str(pk) for pk in proposed[:2]]
    page = sent(decision="decline", proposal=chosen, answer=" ")
    assert "Say why" in page
    assert page.count('name="proposal"') == 3
    for pk in proposed[:2]:
        assert f'value="{pk}" checked' in page
    assert "2 words are in the draft now." in sent(decision="accept", proposal=chosen)
    all_ids = [str(pk) for pk in proposed]
    page = sent(decision="decline", proposal=all_ids, answer="太常见")
    assert "1 proposal declined." in page
    assert "2 proposals had been answered already." in page
    assert states(proposed) == ["accepted", "accepted", "declined"]
