from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models.audit.events import AuditEvent
from accounts.models.departments import Department
from accounts.models.people import User
from accounts.roles import Role
from accounts.services.audit.writing import SYSTEM, Origin
from accounts.services.refusal import Refused
from tests.people import join, make_user
from transcription.models.hotwords.lists import HotwordList
from transcription.models.hotwords.proposals import HotwordProposal, ProposalState
from transcription.services.hotwords import proposals as service
from transcription.services.hotwords.drafts import draft_lines
from transcription.services.hotwords.lists import AddReport, add_words
from transcription.services.hotwords.proposals import (
    accept_proposal,
    decline_proposal,
    propose_words,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]
Browser = Callable[[User], Client]


def propose(item: HotwordList, user: User, text: str) -> AddReport:
    return propose_words(
        hotword_list=item,
        department=user.memberships.get().department,
        proposer=user,
        origin=Origin(user=user),
        text=text,
        reason="客户常问",
    )


def proposed(item: HotwordList, word: str) -> HotwordProposal:
    return item.proposals.filter(text=word).latest("pk")


def url(name: str, item: HotwordList, **kwargs: object) -> str:
    kwargs |= {"department": "sales", "uuid": item.uuid}
    return reverse(f"transcription:{name}", kwargs=kwargs)


def platform(name: str, item: HotwordList, **kwargs: object) -> str:
    return reverse(f"platform:{name}", kwargs={"uuid": item.uuid, **kwargs})


def main_of(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode().partition("<main")[2]


def after(client: Client, address: str, **data: str) -> str:
    response = client.post(address, data, follow=True)
    assert response.status_code == 200
    return response.content.decode()


def test_a_proposal_changes_nothing_until_it_is_accepted(
    alice: User, carol: User, products: HotwordList
) -> None:
    report = propose(products, alice, "基金 | 鸡金\n债券 20")
    assert (report.added, report.problems) == (2, [])
    assert draft_lines(products) == ["利率", "理财"]
    proposal = proposed(products, "基金")
    assert (proposal.reason, proposal.department.slug) == ("客户常问", "sales")
    accept_proposal(proposal=proposal, origin=Origin(user=carol))
    assert draft_lines(products) == ["利率", "理财", "基金|鸡金"]
    proposal.refresh_from_db()
    assert (proposal.state, proposal.decided_by) == (ProposalState.ACCEPTED, carol)
    products.refresh_from_db()
    assert products.change_count == 3


def test_what_is_there_or_proposed_is_not_proposed_again(
    alice: User, bob: User, products: HotwordList
) -> None:
    propose(products, alice, "基金")
    report = propose(products, bob, "基金\n利率\n<坏>\n债券\n债券")
    assert report.added == 1
    assert [(p.line_no, p.code) for p in report.problems] == [
        (1, "proposed"),
        (2, "duplicate"),
        (3, "forbidden_character"),
        (5, "duplicate"),
    ]


def test_a_declined_word_may_be_proposed_again(
    alice: User, products: HotwordList
) -> None:
    propose(products, alice, "基金")
    proposal = proposed(products, "基金")
    with pytest.raises(Refused) as refused:
        decline_proposal(proposal=proposal, origin=SYSTEM, answer=" \n")
    assert refused.value.code == "answer_missing"
    decline_proposal(proposal=proposal, origin=SYSTEM, answer="太常见")
    assert draft_lines(products) == ["利率", "理财"]
    assert propose(products, alice, "基金").added == 1


def test_of_two_answers_the_first_one_counts(
    alice: User, products: HotwordList
) -> None:
    propose(products, alice, "基金")
    proposal = proposed(products, "基金")
    decline_proposal(proposal=proposal, origin=SYSTEM, answer="太常见")
    with pytest.raises(Refused) as refused:
        accept_proposal(proposal=proposal, origin=SYSTEM)
    assert refused.value.code == "already_decided"
    with pytest.raises(Refused) as refused:
        decline_proposal(proposal=proposal, origin=SYSTEM, answer="还是不要")
    assert refused.value.code == "already_decided"
    proposal.refresh_from_db()
    assert (proposal.state, proposal.answer) == (ProposalState.DECLINED, "太常见")
    assert draft_lines(products) == ["利率", "理财"]


def test_variants_are_accepted_for_a_word_that_came_in_meanwhile(
    alice: User, products: HotwordList
) -> None:
    propose(products, alice, "OKR | 欧克阿 | O K R | 三 | 四 | 五")
    add_words(hotword_list=products, origin=SYSTEM, text="okr | 欧克阿")
    accept_proposal(proposal=proposed(products, "OKR"), origin=SYSTEM)
    assert draft_lines(products)[-1] == "okr|欧克阿|O K R|三|四|五"


def test_a_full_list_takes_no_proposal_and_the_proposal_stays_open(
    alice: User, products: HotwordList, monkeypatch: pytest.MonkeyPatch
) -> None:
    propose(products, alice, "基金")
    monkeypatch.setattr(service, "MAX_WORDS_PER_LIST", 2)
    with pytest.raises(Refused) as refused:
        accept_proposal(proposal=proposed(products, "基金"), origin=SYSTEM)
    assert refused.value.code == "list_full"
    assert proposed(products, "基金").state == ProposalState.OPEN


def test_so_many_proposals_wait_at_most(
    alice: User, products: HotwordList, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "MAX_OPEN", 2)
    propose(products, alice, "基金\n债券")
    with pytest.raises(Refused) as refused:
        propose(products, alice, "黄金")
    assert refused.value.code == "too_many_proposals"
    assert products.proposals.count() == 2


def test_every_step_is_audited(
    alice: User, carol: User, products: HotwordList, sales: Department
) -> None:
    before = AuditEvent.objects.count()
    propose(products, alice, "基金\n债券")
    accept_proposal(proposal=proposed(products, "基金"), origin=Origin(user=carol))
    decline_proposal(
        proposal=proposed(products, "债券"), origin=Origin(user=carol), answer="少见"
    )
    events = list(AuditEvent.objects.order_by("pk"))[before:]
    assert [(event.actor, event.detail) for event in events] == [
        (alice, {"proposed": 2}),
        (carol, {"accepted": "基金"}),
        (carol, {"declined": "债券", "reason": "少见"}),
    ]
    assert {event.department for event in events} == {sales}


def test_a_member_proposes_and_reads_what_became_of_it(
    alice: User, carol: User, client_of: Browser, products: HotwordList
) -> None:
    member, admin = client_of(alice), client_of(carol)
    words = {"text": "基金\n债券\n<坏>", "reason": "客户常问"}
    page = after(member, url("hotword_propose", products), **words)
    assert "2 words proposed · 1 line left out" in " ".join(page.split())
    assert "&lt;坏&gt;</textarea>" in page
    assert page.count("Waiting for an answer") == 2
    lists = reverse("transcription:hotword_lists", args=["sales"])
    assert "2 proposals" in main_of(admin, lists)
    assert "2 proposals" not in main_of(member, lists)
    page = main_of(admin, url("hotword_list", products))
    assert "客户常问" in page
    fund, bond = (proposed(products, word).pk for word in ("基金", "债券"))
    accept = url("hotword_proposal_accept", products, proposal_id=fund)
    assert "“基金” is in the draft now." in after(admin, accept)
    assert "answered this proposal already" in after(admin, accept)
    decline = url("hotword_proposal_decline", products, proposal_id=bond)
    assert "Say why" in after(admin, decline, answer=" ")
    assert "“债券” is declined." in after(admin, decline, answer="太常见")
    page = main_of(member, url("hotword_list", products))
    assert "Accepted" in page
    assert "太常见" in page
    for address in (accept, decline):
        assert member.post(address, {"answer": "x"}).status_code == 403


def test_a_form_that_cannot_be_is_shown_again(
    alice: User, client_of: Browser, products: HotwordList
) -> None:
    client = client_of(alice)
    address = url("hotword_propose", products)
    assert client.post(address, {"text": " "}).status_code == 422
    long = client.post(address, {"text": "基金", "reason": "长" * 201})
    assert long.status_code == 422
    assert "基金</textarea>" in long.content.decode()
    assert "only comments" in after(client, address, text="# 注释")
    assert not products.proposals.exists()


def test_auditors_propose_nothing(
    dave: User, client_of: Browser, products: HotwordList
) -> None:
    client = client_of(dave)
    assert "Propose" not in main_of(client, url("hotword_list", products))
    address = url("hotword_propose", products)
    assert client.post(address, {"text": "基金"}).status_code == 403


def test_a_word_for_the_companys_list_is_decided_by_the_platform_admin(
    carol: User, root: User, client_of: Browser, company: HotwordList
) -> None:
    after(client_of(carol), url("hotword_propose", company), text="集团总部")
    client = client_of(root)
    page = main_of(client, platform("hotword_list", company))
    assert "集团总部" in page
    assert "销售部" in page
    pk = proposed(company, "集团总部").pk
    after(client, platform("hotword_proposal_accept", company, proposal_id=pk))
    assert draft_lines(company) == ["声文", "集团总部"]
    gone = platform("hotword_proposal_accept", company, proposal_id=0)
    assert client.post(gone).status_code == 404


def test_nobody_reads_the_proposals_of_another_department(
    alice: User, client_of: Browser, support: Department, company: HotwordList
) -> None:
    erin = join(make_user("erin"), support, Role.ADMIN)
    propose(company, erin, "秘密")
    assert "秘密" not in main_of(client_of(alice), url("hotword_list", company))
