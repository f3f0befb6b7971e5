"""Where hotword lists belong: to a department, or to the whole company.

The same pages serve both. In a department the membership decides what somebody may do;
the company's lists are the platform admins', and for everybody else they do not exist.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Concatenate, ParamSpec
from uuid import UUID

from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse

from accounts.access import require
from accounts.http.guards import platform_admins_only
from accounts.http.requests import UserRequest
from accounts.models.departments import Department
from accounts.models.members import Membership
from accounts.roles import Capability
from transcription.access.hotwords import (
    access_company_hotword_list,
    access_hotword_list,
    access_hotword_list_to_read,
)
from transcription.models.hotwords.lists import HotwordList

P = ParamSpec("P")


@dataclass(frozen=True, slots=True)
class Scope:
    """The lists of a department, or of the company. What somebody may do decides what
    the page offers; ``transcription.access`` decides what is possible."""

    department: Department | None
    may_change: bool
    may_propose: bool = False  # to whoever may change it
    may_override: bool = False  # a department's admin, about the company's lists
    membership: Membership | None = None  # in a department, whoever reads

    def is_guest(self, hotword_list: HotwordList) -> bool:
        """Whether the list is the company's and shown in a department: only what is
        published matters there."""
        return self.department is not None and hotword_list.department_id is None

    def url(self, name: str, hotword_list: HotwordList | None = None) -> str:
        """The address of a page in this scope."""
        kwargs: dict[str, object] = {}
        if hotword_list:
            kwargs["uuid"] = hotword_list.uuid
        if self.department is None:
            return reverse(f"platform:{name}", kwargs=kwargs)
        kwargs["department"] = self.department.slug
        return reverse(f"transcription:{name}", kwargs=kwargs)


ScopeView = Callable[Concatenate[UserRequest, Scope, P], HttpResponseBase]
ListView = Callable[Concatenate[UserRequest, Scope, HotwordList, P], HttpResponseBase]
AnyView = Callable[Concatenate[UserRequest, P], HttpResponseBase]
OneListView = Callable[..., HttpResponseBase]  # of the address: a UUID, and more


def scope_of(request: HttpRequest, hotword_list: HotwordList | None = None) -> Scope:
    """What the person may do with the lists of this address, or with this one."""
    membership = _membership(request)
    if membership is None:
        return Scope(None, may_change=True)
    is_admin = membership.can(Capability.MANAGE_HOTWORDS)
    is_companys = hotword_list is not None and hotword_list.department_id is None
    may_change = is_admin and not is_companys
    return Scope(
        membership.department,
        may_change=may_change,
        may_propose=not may_change and membership.can(Capability.PROPOSE_HOTWORDS),
        may_override=is_admin,
        membership=membership,
    )


def of_scope(capability: Capability) -> Callable[[ScopeView[P]], AnyView[P]]:
    """For a page about all lists: the view gets the scope. In a department the role has
    to have the capability."""

    def decorate(view: ScopeView[P]) -> AnyView[P]:
        @wraps(view)
        def guarded(
            request: UserRequest, /, *args: P.args, **kwargs: P.kwargs
        ) -> HttpResponseBase:
            membership = _membership(request)
            if membership is not None:
                require(membership, capability)
            return view(request, scope_of(request), *args, **kwargs)

        on_both = _admins_only_on_platform(guarded)
        on_both.required_capability = capability  # type: ignore[attr-defined]
        return on_both

    return decorate


def of_list_to_read(view: ListView[P]) -> OneListView:
    """For a page about one list, in a department also about one of the company's."""
    return _of_list(view, access_hotword_list_to_read)


def of_list_to_change(view: ListView[P]) -> OneListView:
    """For what changes a list: in a department only its own, by its admins."""

    def access(membership: Membership, uuid: UUID) -> HotwordList:
        return access_hotword_list(membership, uuid, Capability.MANAGE_HOTWORDS)

    return _of_list(view, access)


def _of_list(
    view: ListView[P], access: Callable[[Membership, UUID], HotwordList]
) -> OneListView:
    @wraps(view)
    def guarded(
        request: UserRequest, uuid: UUID, *args: P.args, **kwargs: P.kwargs
    ) -> HttpResponseBase:
        membership = _membership(request)
        if membership is None:
            found = access_company_hotword_list(request.user, uuid)
        else:
            found = access(membership, uuid)
        return view(request, scope_of(request, found), found, *args, **kwargs)

    return _admins_only_on_platform(guarded)


def _admins_only_on_platform(view: AnyView[P]) -> AnyView[P]:
    on_platform = platform_admins_only(view)

    @wraps(view)
    def guarded(
        request: UserRequest, /, *args: P.args, **kwargs: P.kwargs
    ) -> HttpResponseBase:
        in_department = _membership(request) is not None
        return (view if in_department else on_platform)(request, *args, **kwargs)

    return guarded


def _membership(request: HttpRequest) -> Membership | None:
    """Set by ``DepartmentMiddleware`` under ``/d/<department>/`` and nowhere else."""
    return getattr(request, "membership", None)
