"""API tokens: on the profile page, and at the API's door."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request
from rest_framework.test import APIRequestFactory

from accounts.http.api_auth import TokenAuthentication, TokenScheme
from accounts.models.audit.events import AuditEvent
from accounts.models.departments import Department
from accounts.models.members import Membership
from accounts.models.people import User
from accounts.models.tokens import ApiToken
from accounts.services.audit.writing import SYSTEM
from accounts.services.refusal import Refused
from accounts.services.tokens import (
    TOKENS_PER_MEMBERSHIP,
    NewToken,
    create_token,
    revoke_token,
)
from tests.people import membership

ClientOf = Callable[[User], Client]
CREATE = "/accounts/profile/tokens/"


def knock(header: str | None) -> tuple[User, ApiToken] | None:
    """Come to the API with this ``Authorization``."""
    request = APIRequestFactory().get("/api/")
    if header is not None:
        request.META["HTTP_AUTHORIZATION"] = header
    return TokenAuthentication().authenticate(Request(request))


def refusal(header: str) -> str:
    with pytest.raises(AuthenticationFailed) as refused:
        knock(header)
    return str(refused.value.get_codes())


@pytest.fixture
def made(alice: User) -> NewToken:
    return create_token(membership=membership(alice), origin=SYSTEM, name="script")


def test_a_token_acts_as_its_membership(alice: User, made: NewToken) -> None:
    entered = knock(f"Bearer {made.secret}")
    assert entered is not None
    user, token = entered
    assert user == alice
    assert token.membership == membership(alice)
    assert knock(f"bearer  {made.secret} ") is not None


def test_only_a_hash_is_kept(made: NewToken) -> None:
    assert made.secret.startswith("swk_")
    row = ApiToken.objects.values().get()
    assert all(made.secret not in str(value) for value in row.values())
    assert len(row["secret_hash"]) == 64
    assert made.secret not in str(AuditEvent.objects.values().get())


@pytest.mark.parametrize("header", [None, "", "Basic YTpi", "Token x", "Bearers x"])
def test_another_way_of_knocking_is_nobodys(header: str | None) -> None:
    assert knock(header) is None


@pytest.mark.parametrize(
    "secret", ["", "x", "swk_", "a b", "swk_" + "x" * 9000, "\xff"]
)
def test_a_wrong_token_is_refused(made: NewToken, secret: str) -> None:
    assert refusal(f"Bearer {secret}") == "token_wrong"


def test_a_revoked_token_is_refused(made: NewToken) -> None:
    revoke_token(token=made.token, origin=SYSTEM)
    assert refusal(f"Bearer {made.secret}") == "token_revoked"


def test_an_expired_token_is_refused(made: NewToken) -> None:
    ApiToken.objects.update(expires_at=timezone.now())
    assert refusal(f"Bearer {made.secret}") == "token_expired"


@pytest.mark.parametrize("model", [User, Membership, Department])
def test_a_token_dies_with_what_it_acts_for(
    made: NewToken, model: type[User | Membership | Department]
) -> None:
    model._default_manager.update(is_active=False)
    assert refusal(f"Bearer {made.secret}") == "token_disabled"


def test_use_is_noted_at_most_once_a_minute(made: NewToken) -> None:
    knock(f"Bearer {made.secret}")
    first = ApiToken.objects.get().last_used_at
    assert first is not None
    knock(f"Bearer {made.secret}")
    assert ApiToken.objects.get().last_used_at == first
    ApiToken.objects.update(last_used_at=first - timedelta(minutes=2))
    knock(f"Bearer {made.secret}")
    last = ApiToken.objects.get().last_used_at
    assert last and last >= first


def test_the_api_names_its_scheme() -> None:
    request = Request(APIRequestFactory().get("/api/"))
    assert TokenAuthentication().authenticate_header(request) == "Bearer"
    definition = TokenScheme(TokenAuthentication()).get_security_definition(None)
    assert (definition["type"], definition["scheme"]) == ("http", "bearer")


def form(user: User, **over: object) -> dict[str, object]:
    return {
        "name": "导入脚本",
        "membership": membership(user).pk,
        "lifetime": "90",
    } | over


def test_the_secret_is_shown_once(alice: User, client_of: ClientOf) -> None:
    client = client_of(alice)
    response = client.post(CREATE, form(alice))
    secret = response.context["created"].secret
    assert secret.encode() in response.content
    assert "no-store" in response["Cache-Control"]
    assert secret.encode() not in client.get("/accounts/profile/").content
    assert knock(f"Bearer {secret}")
    expires = ApiToken.objects.get().expires_at
    assert expires and expires - timezone.now() > timedelta(days=89)


def test_a_token_can_be_for_ever(alice: User, client_of: ClientOf) -> None:
    client_of(alice).post(CREATE, form(alice, lifetime="0"))
    assert ApiToken.objects.get().expires_at is None


@pytest.mark.parametrize(
    "over", [{"name": ""}, {"name": "x" * 65}, {"lifetime": "7"}, {"membership": "x"}]
)
def test_a_bad_form_makes_no_token(
    alice: User, client_of: ClientOf, over: dict[str, str]
) -> None:
    response = client_of(alice).post(CREATE, form(alice, **over))
    assert response.context["token_form"].errors
    assert not ApiToken.objects.exists()


def test_nobody_makes_a_token_for_somebody_elses_membership(
    alice: User, bob: User, client_of: ClientOf
) -> None:
    client_of(alice).post(CREATE, form(alice, membership=membership(bob).pk))
    assert not ApiToken.objects.exists()


def test_there_is_an_end_to_tokens(alice: User, client_of: ClientOf) -> None:
    for _number in range(TOKENS_PER_MEMBERSHIP):
        create_token(membership=membership(alice), origin=SYSTEM, name="script")
    with pytest.raises(Refused):
        create_token(membership=membership(alice), origin=SYSTEM, name="script")
    response = client_of(alice).post(CREATE, form(alice))
    assert response.context["token_form"].non_field_errors()
    ApiToken.objects.update(expires_at=timezone.now())
    create_token(membership=membership(alice), origin=SYSTEM, name="script")


def test_the_owner_revokes_a_token(
    alice: User, made: NewToken, client_of: ClientOf
) -> None:
    client_of(alice).post(f"{CREATE}{made.token.uuid}/revoke/")
    assert ApiToken.objects.get().revoked_at
