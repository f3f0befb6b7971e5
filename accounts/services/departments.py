"""Departments: made and switched off by the platform, described by their admins."""

from dataclasses import asdict, dataclass, fields
from functools import partial

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models.audit.events import AuditAction
from accounts.models.departments import Department
from accounts.models.members import Membership
from accounts.models.people import User
from accounts.roles import Role
from accounts.services.audit.reading import last_change
from accounts.services.audit.writing import Origin, record
from accounts.services.people import NewPassword, create_user
from accounts.services.refusal import Refused
from accounts.services.versions import check_version, version_of


@dataclass(frozen=True, slots=True)
class DepartmentSettings:
    """What a department's admin may choose."""

    name: str
    default_language: str
    default_itn: bool
    default_punctuation: bool
    default_private: bool
    left_channel_name: str
    right_channel_name: str


_SETTINGS = [field.name for field in fields(DepartmentSettings)]


@transaction.atomic
def create_department(
    *, slug: str, name: str, admin: User, origin: Origin
) -> Department:
    """A department is never without an admin, so it is born with one."""
    if not admin.is_active:
        raise Refused("user_disabled", _("{name} is disabled.").format(name=admin))
    department = Department.objects.create(slug=slug, name=name)
    Membership.objects.create(user=admin, department=department, role=Role.ADMIN)
    record(
        AuditAction.DEPARTMENT,
        origin,
        department.audit_subject,
        created=True,
        admin=admin.username,
    )
    return department


@dataclass(frozen=True, slots=True)
class NewDepartment:
    """``new_admin`` is there when an account had to be made."""

    department: Department
    new_admin: NewPassword | None


@transaction.atomic
def create_department_with_admin(
    *,
    origin: Origin,
    slug: str,
    name: str,
    admin: User | None,
    admin_username: str = "",
    admin_display_name: str = "",
) -> NewDepartment:
    """A department whose first admin is ``admin``, or else a new account."""
    new_admin = None
    if admin is None:
        new_admin = create_user(
            origin=origin, username=admin_username, display_name=admin_display_name
        )
        admin = new_admin.user
    department = create_department(slug=slug, name=name, admin=admin, origin=origin)
    return NewDepartment(department=department, new_admin=new_admin)


def settings_version(department: Department) -> str:
    """Changes with what ``change_settings`` can change."""
    return version_of(*(getattr(department, name) for name in _SETTINGS))


@transaction.atomic
def change_settings(
    *,
    department: Department,
    origin: Origin,
    settings: DepartmentSettings,
    version: str = "",
) -> None:
    """Store what the department's admin chose; audits what differs. ``version`` is that
    of the settings which the admin saw; raises ``ChangedMeanwhile``."""
    department = Department.objects.select_for_update(no_key=True).get(pk=department.pk)
    current = settings_version(department)
    changes: dict[str, object] = {}
    for field, value in asdict(settings).items():
        before = getattr(department, field)
        if before != value:
            changes[field] = [before, value]
            setattr(department, field, value)
    if not changes:
        return
    about = department.audit_subject
    find = partial(last_change, about, AuditAction.DEPARTMENT, _SETTINGS)
    check_version(version, current, find)
    department.save(update_fields=list(changes))
    record(AuditAction.DEPARTMENT, origin, department.audit_subject, **changes)


def department_version(department: Department) -> str:
    """Changes with what ``edit_department`` can change."""
    return version_of(department.name, department.is_active, department.queue_weight)


@transaction.atomic
def edit_department(
    *,
    department: Department,
    origin: Origin,
    name: str,
    is_active: bool,
    queue_weight: int,
    version: str = "",
) -> None:
    """Rename a department, switch it off (then nobody enters, nothing is lost), or say
    how many turns at the workers it gets for one of another's. ``version`` is that of
    what was seen; raises ``ChangedMeanwhile``."""
    department = Department.objects.select_for_update(no_key=True).get(pk=department.pk)
    current = department_version(department)
    wanted = {"name": name, "is_active": is_active, "queue_weight": queue_weight}
    changes: dict[str, object] = {}
    for field, value in wanted.items():
        if (before := getattr(department, field)) != value:
            changes[field] = [before, value]
            setattr(department, field, value)
    if not changes:
        return
    about = department.audit_subject
    find = partial(last_change, about, AuditAction.DEPARTMENT, list(wanted))
    check_version(version, current, find)
    department.save(update_fields=list(changes))
    record(AuditAction.DEPARTMENT, origin, department.audit_subject, **changes)


def lock_department(department_id: int) -> None:
    """One at a time in the department, until the transaction ends."""
    locked = Department.objects.select_for_update(no_key=True)
    locked.values_list("pk").get(pk=department_id)


def remember_department(*, user: User, department: Department) -> None:
    """Lead the person back here after the next login."""
    if user.last_department_id != department.pk:
        User.objects.filter(pk=user.pk).update(last_department=department)
        user.last_department_id = department.pk
