"""The cast. Alice, Bob, Carol and Dave work in sales; Charlie, in support, is the
stranger; Root runs the platform and belongs nowhere."""

from accounts.models.departments import Department
from accounts.models.members import Membership
from accounts.models.people import User
from accounts.roles import Role

PASSWORD = "correct horse 电池"


def make_user(username: str, **fields: object) -> User:
    fields.setdefault("display_name", username.title())
    return User.objects.create_user(username, PASSWORD, **fields)


def join(user: User, department: Department, role: Role) -> User:
    Membership.objects.create(user=user, department=department, role=role)
    return user


def membership(user: User) -> Membership:
    """The only membership that the person has."""
    return Membership.objects.select_related("department", "user").get(user=user)


def supervisor_of(department: Department) -> Membership:
    """A membership without a row, that reads everything of the department."""
    return Membership(department=department, role=Role.SUPERVISOR)
