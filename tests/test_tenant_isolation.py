"""Every address × everybody: anonymous, strangers, each role, the platform.

The lines are in ``tests/isolation/``; an address without one fails the last test.
"""

import importlib
import pkgutil
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from accounts.models.departments import Department
from accounts.models.members import Membership
from accounts.models.people import User
from accounts.roles import Role
from tests import isolation
from tests.isolation.rules import Door, Rule, Scene, call, nothing, token_of

ClientOf = Callable[[User], Client]

MODULES = [
    importlib.import_module(f"tests.isolation.{module.name}")
    for module in pkgutil.iter_modules(isolation.__path__)
]
RULES: list[Rule] = [r for m in MODULES for r in getattr(m, "RULES", [])]
PUBLIC: set[str] = {name for m in MODULES for name in getattr(m, "PUBLIC", set())}
# Who may what is decided before any database is asked in its own words.
pytestmark = [pytest.mark.django_db, pytest.mark.once]


def rules(*doors: Door, objects_only: bool = False) -> pytest.MarkDecorator:
    """The test runs once for every line behind these doors."""
    chosen = [
        rule
        for rule in RULES
        if rule.door in doors and (rule.has_object or not objects_only)
    ]
    return pytest.mark.parametrize("rule", chosen, ids=str)


each_role = pytest.mark.parametrize("role", list(Role), ids=str)


@pytest.fixture
def scene(sales: Department, support: Department) -> Scene:
    return Scene(sales, support)


def assert_let_in(response: HttpResponse, rule: Rule) -> None:
    """Whatever the answer is, it is not that of a closed door or a broken page."""
    assert response.status_code not in (401, 403, 404, 405), str(rule)
    assert response.status_code < 500, str(rule)
    assert not response.get("Location", "").startswith(reverse("accounts:login"))


@rules(Door.DEPARTMENT, Door.PLATFORM, Door.PERSON)
def test_nobody_in_particular_is_sent_to_the_login(rule: Rule, scene: Scene) -> None:
    response = call(Client(), rule, scene, rule.url(scene))
    assert response.status_code == 302, response.content
    assert response["Location"].startswith(reverse("accounts:login"))


@rules(Door.DEPARTMENT)
@each_role
def test_whoever_belongs_elsewhere_finds_nothing(
    rule: Rule, role: Role, scene: Scene, client_of: ClientOf
) -> None:
    client = client_of(scene.outsider(role))
    assert call(client, rule, scene, rule.url(scene)).status_code == 404


@rules(Door.DEPARTMENT, objects_only=True)
@each_role
def test_a_strangers_object_is_not_found_under_ones_own_department(
    rule: Rule, role: Role, scene: Scene, client_of: ClientOf
) -> None:
    client = client_of(scene.outsider(role))
    url = rule.url(scene, department=scene.support)
    assert call(client, rule, scene, url).status_code == 404


@rules(Door.DEPARTMENT)
@each_role
def test_each_role_opens_what_it_may_and_no_more(
    rule: Rule, role: Role, scene: Scene, client_of: ClientOf
) -> None:
    assert scene.owner  # the department keeps an admin
    client = client_of(scene.person(role))
    response = call(client, rule, scene, rule.url(scene))
    if role in rule.roles:
        assert_let_in(response, rule)
    else:
        assert response.status_code == 403


@rules(Door.DEPARTMENT)
def test_a_disabled_member_finds_nothing(
    rule: Rule, scene: Scene, client_of: ClientOf
) -> None:
    person = scene.person(next(iter(rule.roles)))
    client = client_of(person)
    Membership.objects.filter(user=person).update(is_active=False)
    assert call(client, rule, scene, rule.url(scene)).status_code == 404


@rules(Door.DEPARTMENT)
def test_a_closed_department_opens_to_nobody(
    rule: Rule, scene: Scene, client_of: ClientOf
) -> None:
    url = rule.url(scene)
    client = client_of(scene.person(next(iter(rule.roles))))
    Department.objects.filter(pk=scene.sales.pk).update(is_active=False)
    assert call(client, rule, scene, url).status_code == 404


@rules(Door.DEPARTMENT)
def test_a_platform_admin_reads_no_contents(
    rule: Rule, scene: Scene, client_of: ClientOf, root: User
) -> None:
    assert call(client_of(root), rule, scene, rule.url(scene)).status_code == 404


@rules(Door.PLATFORM)
def test_a_platform_admin_runs_the_platform(
    rule: Rule, scene: Scene, client_of: ClientOf, root: User
) -> None:
    assert_let_in(call(client_of(root), rule, scene, rule.url(scene)), rule)


@rules(Door.PLATFORM)
@each_role
def test_the_platform_does_not_exist_for_anybody_else(
    rule: Rule, role: Role, scene: Scene, client_of: ClientOf
) -> None:
    client = client_of(scene.person(role))
    assert call(client, rule, scene, rule.url(scene)).status_code == 404


@rules(Door.PERSON)
def test_ones_own_page_opens(rule: Rule, scene: Scene, client_of: ClientOf) -> None:
    assert_let_in(call(client_of(scene.owner), rule, scene, rule.url(scene)), rule)


@rules(Door.PERSON, objects_only=True)
def test_somebody_elses_own_object_is_not_found(
    rule: Rule, scene: Scene, client_of: ClientOf
) -> None:
    client = client_of(scene.person(Role.ADMIN))
    assert call(client, rule, scene, rule.url(scene)).status_code == 404


@rules(Door.API)
def test_the_api_wants_a_token(rule: Rule, scene: Scene) -> None:
    response = call(Client(), rule, scene, rule.url(scene))
    assert response.status_code == 401
    assert response["WWW-Authenticate"] == "Bearer"


@rules(Door.API)
def test_a_wrong_token_opens_nothing(rule: Rule, scene: Scene) -> None:
    response = call(Client(), rule, scene, rule.url(scene), token="swk_" + "A" * 43)
    assert response.status_code == 401


@rules(Door.API)
def test_a_browser_session_is_no_token(
    rule: Rule, scene: Scene, client_of: ClientOf
) -> None:
    response = call(client_of(scene.owner), rule, scene, rule.url(scene))
    assert response.status_code == 401


@rules(Door.API, objects_only=True)
@each_role
def test_a_strangers_token_finds_nothing(rule: Rule, role: Role, scene: Scene) -> None:
    token = token_of(scene.outsider(role))
    response = call(Client(), rule, scene, rule.url(scene), token=token)
    assert response.status_code == 404


@rules(Door.API, objects_only=True)
@each_role
def test_a_strangers_object_is_not_found_under_the_tokens_own_department(
    rule: Rule, role: Role, scene: Scene
) -> None:
    if not rule.has_slug or rule.kwargs is nothing:
        return
    token = token_of(scene.outsider(role))
    url = rule.url(scene, department=scene.support)
    assert call(Client(), rule, scene, url, token=token).status_code == 404


@rules(Door.API)
@each_role
def test_a_token_opens_what_its_role_may(rule: Rule, role: Role, scene: Scene) -> None:
    token = token_of(scene.person(role))
    response = call(Client(), rule, scene, rule.url(scene), token=token)
    if role in rule.roles:
        assert_let_in(response, rule)
    else:
        assert response.status_code == 403


@pytest.mark.parametrize("method", ["get", "post", "put", "patch", "delete"])
@pytest.mark.parametrize(
    "first", {rule.name: rule for rule in RULES}.values(), ids=lambda rule: rule.name
)
def test_a_method_without_a_line_is_not_taken(
    first: Rule, method: str, scene: Scene, client_of: ClientOf, root: User
) -> None:
    if method in {rule.method for rule in RULES if rule.name == first.name}:
        return
    rule = replace(first, method=method, data=nothing)
    if rule.door is Door.API:
        client, token = Client(), token_of(scene.owner)
    else:
        person = root if rule.door is Door.PLATFORM else scene.owner
        if Role.ADMIN not in rule.roles:
            person = scene.person(next(iter(rule.roles)))
        client, token = client_of(person), ""
    response = call(client, rule, scene, rule.url(scene), token)
    assert response.status_code == 405, response.status_code


def addresses(resolver: URLResolver, namespace: str = "") -> Iterator[str]:
    """The full name of every address below, ``?route`` for one without a name."""
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else ""
            yield from addresses(pattern, inner or namespace)
        elif isinstance(pattern, URLPattern):
            yield f"{namespace}{pattern.name or '?' + str(pattern.pattern)}"


def test_no_address_was_forgotten() -> None:
    known = {rule.name for rule in RULES} | PUBLIC
    forgotten = sorted(set(addresses(get_resolver())) - known)
    assert not forgotten, "add a line to tests/isolation/ for each of these"


def test_no_line_outlives_its_address() -> None:
    known = {rule.name for rule in RULES} | PUBLIC
    assert not sorted(known - set(addresses(get_resolver())))
