"""The only permission rules: which role may do what inside its department.

A platform administrator runs departments, people and the engine, and reads no content:
that right is not a role and does not appear here.
"""

from enum import StrEnum

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """What somebody is inside one department."""

    MEMBER = "member", _("Member")
    SUPERVISOR = "supervisor", _("Supervisor")
    ADMIN = "admin", _("Department admin")
    AUDITOR = "auditor", _("Auditor")


class Capability(StrEnum):
    """One thing that can be allowed or refused."""

    READ = "read"  # open, play and export the department's recordings
    READ_PRIVATE = "read_private"  # also what is private to other people
    SEARCH = "search"
    UPLOAD = "upload"  # upload, and retry or cancel one's own jobs
    EDIT_OWN = "edit_own"  # correct, rename, delete what one uploaded
    EDIT_ANY = "edit_any"  # the same for what others uploaded
    PROPOSE_HOTWORDS = "propose_hotwords"  # for a list that others keep
    MANAGE_HOTWORDS = "manage_hotwords"
    MANAGE_MEMBERS = "manage_members"
    MANAGE_DEPARTMENT = "manage_department"
    PURGE = "purge"  # remove from the trash for good
    VIEW_READERS = "view_readers"  # who read or heard a recording that they may open
    VIEW_AUDIT = "view_audit"
    VIEW_ACCESS = "view_access"  # what platform admins asked for and were given here


_READER = frozenset({Capability.READ, Capability.SEARCH})
_MEMBER = _READER | {
    Capability.UPLOAD,
    Capability.EDIT_OWN,
    Capability.PROPOSE_HOTWORDS,
}
_SUPERVISOR = _MEMBER | {
    Capability.EDIT_ANY,
    Capability.READ_PRIVATE,
    Capability.VIEW_READERS,  # they answer for the department's calls
}
_ADMIN = _SUPERVISOR | {
    Capability.MANAGE_HOTWORDS,
    Capability.MANAGE_MEMBERS,
    Capability.MANAGE_DEPARTMENT,
    Capability.PURGE,
    Capability.VIEW_ACCESS,
}

CAPABILITIES: dict[Role, frozenset[Capability]] = {
    Role.MEMBER: frozenset(_MEMBER),
    Role.SUPERVISOR: frozenset(_SUPERVISOR),
    Role.ADMIN: frozenset(_ADMIN),
    Role.AUDITOR: _READER
    | {
        Capability.READ_PRIVATE,
        Capability.VIEW_READERS,
        Capability.VIEW_AUDIT,
        Capability.VIEW_ACCESS,
    },
}
