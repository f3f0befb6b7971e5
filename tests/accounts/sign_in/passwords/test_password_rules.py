"""Passwords that people choose: what they are not made of, and how long they last."""

import importlib
from collections.abc import Callable
from datetime import timedelta
from itertools import pairwise

import pytest
from django.apps import apps
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from accounts.models.departments import Department
from accounts.models.people import User
from accounts.models.sign_in.chosen_passwords import ChosenPassword
from accounts.roles import Role
from accounts.services.audit.writing import SYSTEM
from accounts.services.invitations import invite
from accounts.services.people import create_user, reset_password
from tests.people import PASSWORD, join, make_user, membership

ClientOf = Callable[[User], Client]
PAGE = "/accounts/password/"
GOOD = (
    *("correct horse 电池", "Fahrrad+Mond;Kuchen", "我家的猫会弹钢琴呢真好"),
    *("tr0ub4dor&3xyzzy", "hTx7-mPq2-Rw9a-KdV3", "x20245y!plum tree"),
)


def refused(password: str, user: User | None = None) -> set[str]:
    try:
        validate_password(password, user)
    except ValidationError as error:
        return {str(one.code) for one in error.error_list}
    return set()


@pytest.fixture
def wei(sales: Department) -> User:
    """王伟 of sales."""
    user = make_user("wei.wang", display_name="王伟", email="w.wang77@firma.example")
    return join(user, sales, Role.MEMBER)


@pytest.mark.parametrize("password", GOOD)
def test_a_good_one_is_taken(wei: User, password: str) -> None:
    assert refused(password, wei) <= {"password_used_before"}


@pytest.mark.parametrize(
    "password",
    [
        *("wei.wang+moon", "Weiwang+moon!", "moon-WANG-moon", "w4ng&moonlight"),
        *("我是王伟，你好吗朋友", "wangwei+moon!", "W-a-n-g-W-e-i moon"),
        *("moon.w.wang77", "销售部的月亮弯弯啊真好看", "在销售，月亮弯弯真好看啊"),
        *("xiaoshou+moon", "sales=moonlight", "S4LES=moonlight"),
        *("shengwen+moon", "声文的月亮弯弯啊真好看"),
    ],
)
def test_names_are_refused(wei: User, password: str) -> None:
    assert "password_has_name" in refused(password, wei)


def test_the_companys_names_are_refused(wei: User, settings: Settings) -> None:
    assert refused("Acme Motor+moon", wei) == set()
    settings.COMPANY_NAMES = ["Acme Motor", "顶点汽车"]
    for password in (
        "Acme Motor+moon",
        "4cmeMotor+moon",
        "dingdianqiche?",
        "顶点汽车abxy!9",
    ):
        assert "password_has_name" in refused(password, wei)


def test_somebody_elses_names_are_not_told(wei: User, support: Department) -> None:
    """Whether there is another department of this name is nobody's business."""
    assert refused("support=moonlight", wei) == set()


def test_names_too_short_to_mean_anything_are_no_names() -> None:
    user = User(username="li", display_name="L")
    assert refused("limestone&quartz", user) == set()


@pytest.mark.parametrize(
    "password",
    [
        *("moonlight2024", "1987moonlight", "moon2031light", "moon20240501x"),
        *("moon 1999-12-31", "moon890312light", "moon 31.12.89 x", "moon12.5.1990"),
        *("moon2024年5月light", "moon202405light"),
    ],
)
def test_years_and_dates_are_refused(password: str) -> None:
    assert "password_has_date" in refused(password)


@pytest.mark.parametrize(
    "password",
    [
        *("qwerty&moonlight", "moonlightASDF", "moon1234light", "moonabcdlight"),
        *("moon4321light", "moonytrewqlight", "1qaz&moonlight", "moon!@#$light"),
        *("zyxwmoonlight", "123456789012345", "moon一二三四light", "qazwsxmoonlight"),
    ],
)
def test_sequences_are_refused(password: str) -> None:
    assert "password_has_sequence" in refused(password)


@pytest.mark.parametrize(
    "password",
    [
        *("moon1111light", "aaaamoonlight", "wodewodewodewode", "moonabababab"),
        *(
            "moonlight-moonlight-",
            "zhzhzhzhzhzhzh",
            "月月月月月月月月月月",
            "ststst tsts",
        ),
    ],
)
def test_repetitions_are_refused(password: str) -> None:
    assert "password_repeats" in refused(password)


def test_passwords_that_the_portal_makes_are_not_judged(db: None) -> None:
    new = create_user(origin=SYSTEM, username="qwerty1999", display_name="Q")
    assert new.user.check_password(new.password)


def change(client: Client, old: str, new: str) -> int:
    data = {"old_password": old, "new_password1": new, "new_password2": new}
    return client.post(PAGE, data).status_code


def test_the_form_says_which_rule_it_was(wei: User, client_of: ClientOf) -> None:
    client = client_of(wei)
    new = "wei.wang 2024 qwerty"
    data = {"old_password": PASSWORD, "new_password1": new, "new_password2": new}
    response = client.post(PAGE, data)
    assert response.status_code == 200
    errors = response.context["form"].errors.as_data()["new_password2"]
    codes = [error.code for error in errors]
    assert codes == ["password_has_name", "password_has_date", "password_has_sequence"]


def test_the_department_of_an_invitation_is_a_name_too(
    carol: User, sales: Department
) -> None:
    new = invite(membership=membership(carol), origin=SYSTEM, role=Role.MEMBER, note="")
    client = Client()
    data = {"username": "newbie", "display_name": "新人"}
    client.get(reverse("accounts:invitation", args=[new.secret]))
    url = reverse("accounts:invitation_form")
    for password, is_taken in (("xiaoshou+moon", False), (GOOD[1], True)):
        passwords = {"password1": password, "password2": password}
        assert client.post(url, data | passwords).status_code in (200, 302)
        assert User.objects.filter(username="newbie").exists() == is_taken


def test_none_of_the_last_five_may_be_chosen_again(
    alice: User, client_of: ClientOf
) -> None:
    client = client_of(alice)
    chosen = [PASSWORD, *GOOD[1:]]
    for old, new in pairwise(chosen):
        assert change(client, old, new) == 302
    now = chosen[-1]
    for old in chosen[-5:]:
        assert change(client, now, old) == 200
    assert change(client, now, chosen[0]) == 302
    stored = ChosenPassword.objects.filter(user=alice)
    assert stored.count() == 5
    assert not any(chosen[0] in one.password for one in stored)


def test_a_reset_does_not_bring_the_old_one_back(
    alice: User, client_of: ClientOf
) -> None:
    one_time = reset_password(user=alice, origin=SYSTEM).password
    assert [c.user_id for c in ChosenPassword.objects.filter(user=alice)] == [alice.pk]
    client = client_of(User.objects.get(pk=alice.pk))
    assert change(client, one_time, PASSWORD) == 200
    assert change(client, one_time, GOOD[1]) == 302


def test_a_wrong_old_password_costs_no_search_in_the_history(
    alice: User, client_of: ClientOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    rules = importlib.import_module("accounts.services.sign_in.password_rules")
    monkeypatch.setattr(rules, "was_chosen_before", None)
    assert change(client_of(alice), "guess", GOOD[1]) == 200


def test_the_upgrade_notes_the_passwords_that_there_are(alice: User) -> None:
    make_user("newbie", must_change_password=True)
    ChosenPassword.objects.all().delete()
    migration = importlib.import_module("accounts.migrations.0011_chosen_passwords")
    migration.note_present_ones(apps, None)
    noted = ChosenPassword.objects.get()
    assert (noted.user, noted.password) == (alice, alice.password)


def log_in(client: Client) -> str:
    data = {"username": "alice", "password": PASSWORD, "next": "/d/sales/"}
    return client.post("/accounts/login/", data, follow=True).redirect_chain[-1][0]


def grown_old(days: float) -> None:
    ChosenPassword.objects.update(chosen_at=timezone.now() - timedelta(days=days))


def test_an_old_password_is_changed_at_the_login(
    alice: User, client_of: ClientOf, settings: Settings
) -> None:
    settings.PASSWORD_DAYS = 90
    settings.LANGUAGE_CODE = "en"
    working, client = client_of(alice), Client()
    grown_old(days=91)
    assert log_in(client) == PAGE
    page = client.get(PAGE).content.decode()
    assert "as long as your company allows" in page
    assert client.get("/d/sales/")["Location"] == PAGE
    assert working.get("/d/sales/").status_code == 200  # nobody is stopped at work
    assert change(client, PASSWORD, GOOD[1]) == 302
    assert client.get("/d/sales/").status_code == 200


@pytest.mark.parametrize(("days", "age"), [(0, 4000), (90, 89)])
def test_a_younger_one_is_not_and_by_default_none(
    alice: User, settings: Settings, days: int, age: int
) -> None:
    settings.PASSWORD_DAYS = days
    grown_old(days=age)
    assert log_in(Client()) == "/d/sales/"
