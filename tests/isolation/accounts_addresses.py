"""Who may come in: people, departments, the platform."""

from tests.isolation.rules import ADMINS, AUDITORS, Door, Rule, Scene

PUBLIC = {
    "home",  # leads to the login, or to the person's department
    "health",
    "theme",
    "set_language",
    "accounts:login",
    "accounts:logout",
    "accounts:account",  # whose login this is; to everybody their own
    "accounts:invitation",  # the secret in the address is the key; tested apart
    "accounts:invitation_form",  # the same key, in the session
}


def _member(scene: Scene) -> dict[str, object]:
    return {"member_id": scene.membership.pk}


def _user(scene: Scene) -> dict[str, object]:
    return {"user_id": scene.owner.pk}


def _request(scene: Scene) -> dict[str, object]:
    return {"uuid": scene.access_request.uuid}


RULES = [
    Rule("people:members", roles=ADMINS),
    Rule(
        "people:member_update",
        "post",
        roles=ADMINS,
        kwargs=_member,
        data=lambda scene: {"action": "role", "role": "member"},
    ),
    Rule(
        "people:invite", "post", roles=ADMINS, data=lambda scene: {"role": "supervisor"}
    ),
    Rule(
        "people:invitation_revoke",
        "post",
        roles=ADMINS,
        kwargs=lambda scene: {"uuid": scene.invitation.uuid},
    ),
    Rule("people:settings", roles=ADMINS),
    Rule(
        "people:settings", "post", roles=ADMINS, data=lambda scene: {"name": "Others"}
    ),
    Rule("people:audit", roles=AUDITORS),
    Rule("people:access", roles=ADMINS | AUDITORS),
    Rule("people:access_seen", "post", roles=ADMINS | AUDITORS),
    Rule(
        "people:access_decide",
        "post",
        roles=ADMINS,
        kwargs=_request,
        data=lambda scene: {"action": "approve"},
    ),
    Rule("people:access_password", "post", roles=ADMINS, kwargs=_request),
    Rule("people:leave", "post"),
    Rule("platform:departments", door=Door.PLATFORM),
    Rule("platform:department_create", door=Door.PLATFORM),
    Rule("platform:department_create", "post", door=Door.PLATFORM),
    Rule(
        "platform:department_edit",
        door=Door.PLATFORM,
        kwargs=lambda scene: {"department_id": scene.sales.pk},
    ),
    Rule(
        "platform:department_edit",
        "post",
        door=Door.PLATFORM,
        kwargs=lambda scene: {"department_id": scene.sales.pk},
        data=lambda scene: {"name": "Others"},
    ),
    Rule("platform:users", door=Door.PLATFORM),
    Rule("platform:user_create", door=Door.PLATFORM),
    Rule("platform:user_create", "post", door=Door.PLATFORM),
    Rule("platform:user_edit", door=Door.PLATFORM, kwargs=_user),
    Rule("platform:user_edit", "post", door=Door.PLATFORM, kwargs=_user),
    Rule("platform:user_reset", "post", door=Door.PLATFORM, kwargs=_user),
    Rule("platform:access", door=Door.PLATFORM),
    Rule(
        "platform:access_decide",
        "post",
        door=Door.PLATFORM,
        kwargs=_request,
        data=lambda scene: {"action": "approve"},
    ),
    Rule("platform:access_password", "post", door=Door.PLATFORM, kwargs=_request),
    Rule("platform:audit", door=Door.PLATFORM),
    Rule("platform:engine", door=Door.PLATFORM),
    Rule("accounts:password", door=Door.PERSON),
    Rule("accounts:password", "post", door=Door.PERSON),
    Rule("accounts:profile", door=Door.PERSON),
    Rule("accounts:profile", "post", door=Door.PERSON),
    Rule("accounts:sessions", door=Door.PERSON),
    Rule(
        "accounts:session_end",
        "post",
        door=Door.PERSON,
        data=lambda scene: {"session": "others"},
    ),
    Rule("accounts:token_create", "post", door=Door.PERSON),
    Rule(
        "accounts:token_revoke",
        "post",
        door=Door.PERSON,
        kwargs=lambda scene: {"uuid": scene.token.uuid},
    ),
]
