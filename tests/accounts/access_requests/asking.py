"""What platform admins do that needs a second person, as a browser sends it."""

from collections.abc import Callable
from typing import Any

from django.test import Client

from accounts.models.access_requests import AccessRequest
from accounts.models.departments import Department
from accounts.models.people import User

ClientOf = Callable[[User], Client]


def appoint(client: Client, department: Department, username: str) -> Any:
    return client.post(
        f"/platform/departments/{department.pk}/", {"username": username}, follow=True
    )


def edit(client: Client, user: User, **over: str) -> Any:
    data = {"display_name": user.display_name, "email": "", "is_active": "on"} | over
    return client.post(
        f"/platform/users/{user.pk}/", {k: v for k, v in data.items() if v}, follow=True
    )


def said(response: Any) -> str:
    return " ".join(str(m) for m in response.context["messages"])


def decide(client: Client, where: str, action: str, **data: str) -> Any:
    asked = AccessRequest.objects.first()
    assert asked
    url = f"{where}access/{asked.uuid}/"
    return client.post(url, {"action": action, **data}, follow=True)


def ask(client: Client, kind: str, department: Department) -> None:
    """For a new account, Erin's, or a new password of Alice's."""
    if kind == "reset":
        alice = User.objects.get(username="alice")
        client.post(f"/platform/users/{alice.pk}/reset/")
        return
    data = {"username": "erin", "display_name": "艾琳", "role": "member"}
    client.post("/platform/users/new/", data | {"department": str(department.pk)})


def show(client: Client, where: str = "/d/sales/", **data: str) -> Any:
    uuid = AccessRequest.objects.get().uuid
    return client.post(f"{where}access/{uuid}/password/", data, follow=True)


def person() -> User:
    target = AccessRequest.objects.get().target
    assert target
    return User.objects.get(pk=target.pk)


def logs_in(user: User, password: str) -> bool:
    client = Client()
    data = {"username": user.username, "password": password}
    client.post("/accounts/login/", data)
    return "_auth_user_id" in client.session
