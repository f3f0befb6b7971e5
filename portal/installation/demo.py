"""A small company to look around in: three departments, somebody in every role, two
calls. Made through the same services as the real thing, in an empty portal only."""

import os
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accounts.models.departments import Department
from accounts.models.members import Membership
from accounts.models.people import User
from accounts.roles import Role
from accounts.services.audit.writing import SYSTEM, Origin
from accounts.services.departments import create_department
from accounts.services.members import appoint
from accounts.services.people import create_user
from accounts.services.secret_text import new_password
from transcription.services.media.uploads import hashed_copy
from transcription.services.recordings.keeping import (
    CallDetails,
    UploadOptions,
    upload_recording,
)

SAMPLES = Path(settings.BASE_DIR) / "transcription" / "samples"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody of the demo company; the first department is where they work."""

    username: str
    name: str
    roles: tuple[tuple[str, Role], ...] = ()
    is_platform_admin: bool = False


@dataclass(frozen=True, slots=True)
class Call:
    """One of the sample recordings."""

    file_name: str
    title: str
    department: str
    uploaded_by: str
    details: dict[str, Any]


DEPARTMENTS = {"service": "客户服务部", "wealth": "财富管理部", "legal": "法务部"}
ADMINS = {"service": "zhangmin", "wealth": "sunli", "legal": "zhaolei"}
PEOPLE = (
    Person("admin", "平台管理员", is_platform_admin=True),
    Person("lina", "李娜", (("service", Role.MEMBER),)),
    Person(
        "wangqiang", "王强", (("service", Role.SUPERVISOR), ("wealth", Role.MEMBER))
    ),
    Person("zhangmin", "张敏", (("service", Role.ADMIN),)),
    Person("chenjing", "陈静", (("service", Role.AUDITOR),)),
    Person("sunli", "孙丽", (("wealth", Role.ADMIN),)),
    Person("zhaolei", "赵磊", (("legal", Role.ADMIN),)),
)
CALLS = (
    Call(
        "shop_late_delivery.wav",
        "扫地机器人物流咨询",
        "service",
        "lina",
        {"agent": "李娜", "phone_number": "13800138000", "direction": "inbound"},
    ),
    Call(
        "bank_wealth_product.wav",
        "理财产品收益咨询",
        "wealth",
        "sunli",
        {"agent": "孙丽", "phone_number": "13900139000", "direction": "inbound"},
    ),
)


@dataclass(frozen=True, slots=True)
class Account:
    """A line of the list of passwords."""

    username: str
    password: str
    what: str


def passwords_path() -> Path:
    """Where the passwords are kept for whoever runs this machine."""
    return Path(settings.DATA_DIR) / "demo-passwords.txt"


def create_demo_company() -> list[Account]:
    """The company and its passwords; an empty list where people already are.

    One transaction: a start that was interrupted leaves nothing behind, and the next
    one begins again.
    """
    with transaction.atomic():
        if User.objects.exists():
            return []
        accounts = _hire()
        for call in CALLS:
            _upload(call)
        write_passwords(accounts)
    return accounts


def _hire() -> list[Account]:
    users: dict[str, User] = {}
    accounts: list[Account] = []
    for person in PEOPLE:
        made = create_user(
            origin=SYSTEM,
            username=person.username,
            display_name=person.name,
            is_platform_admin=person.is_platform_admin,
            password=new_password(),
        )
        users[person.username] = made.user
        accounts.append(Account(person.username, made.password, _position(person)))
    for slug, name in DEPARTMENTS.items():
        department = create_department(
            slug=slug, name=name, admin=users[ADMINS[slug]], origin=SYSTEM
        )
        for person in PEOPLE:
            role = dict(person.roles).get(slug)
            if role is not None and person.username != ADMINS[slug]:
                appoint(
                    department=department,
                    user=users[person.username],
                    role=role,
                    origin=SYSTEM,
                )
    return accounts


def _position(person: Person) -> str:
    if person.is_platform_admin:
        return f"{person.name}  platform admin (departments, people, engine)"
    places = ", ".join(
        f"{DEPARTMENTS[slug]} {role.value}" for slug, role in person.roles
    )
    return f"{person.name}  {places}"


def _upload(call: Call) -> None:
    department = Department.objects.get(slug=call.department)
    membership = Membership.objects.select_related("user", "department").get(
        department=department, user__username=call.uploaded_by
    )
    with hashed_copy(SAMPLES / call.file_name) as file:
        upload_recording(
            membership=membership,
            origin=Origin(user=membership.user, user_agent="demo"),
            file=file,
            options=UploadOptions(
                language="zh", use_itn=True, hotword_list_uuids=None, extra_hotwords=()
            ),
            details=CallDetails(
                title=call.title,
                recorded_at=timezone.now() - timedelta(days=1),
                tags=("示例",),
                **call.details,
            ),
        )


def write_passwords(accounts: list[Account]) -> None:
    """Readable by the owner alone, from the first byte on."""
    path = passwords_path()
    draft = path.with_suffix(".draft")
    draft.unlink(missing_ok=True)
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as output:
        output.writelines(f"{line}\n" for line in password_lines(accounts))
    draft.replace(path)


def password_lines(accounts: list[Account]) -> list[str]:
    """The list as it is printed and kept."""
    return [
        f"{account.username:<12}{account.password:<24}{account.what}"
        for account in accounts
    ]
