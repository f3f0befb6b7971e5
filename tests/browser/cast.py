"""The cast of tests/conftest.py, written into the database of a running portal.

``python -m tests.browser.cast`` in the portal's environment. A process of its own: the
tests that drive the browser never touch the database themselves.
"""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
django.setup()

from accounts.models.departments import Department  # noqa: E402
from accounts.roles import Role  # noqa: E402
from tests.people import join, make_user  # noqa: E402


def main() -> None:
    """Alice, Bob, Carol and Dave in sales; Charlie in support; Root on the platform."""
    sales = Department.objects.create(slug="sales", name="销售部")
    support = Department.objects.create(slug="support", name="客服部")
    join(make_user("alice"), sales, Role.MEMBER)
    join(make_user("bob"), sales, Role.SUPERVISOR)
    join(make_user("carol"), sales, Role.ADMIN)
    join(make_user("dave"), sales, Role.AUDITOR)
    join(make_user("charlie"), support, Role.MEMBER)
    join(make_user("erin"), support, Role.ADMIN)
    make_user("root", is_platform_admin=True)


if __name__ == "__main__":
    main()
