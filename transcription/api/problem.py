"""The problem document of RFC 9457, as we fill it in."""

from http import HTTPStatus

PROBLEM_TYPE = "application/problem+json"


def problem(
    status: int, code: str, sentence: object, **members: object
) -> dict[str, object]:
    """The problem document itself."""
    return {
        "type": f"urn:shengwen:problem:{code}",
        "title": HTTPStatus(status).phrase,
        "status": int(status),
        "code": code,
        "detail": str(sentence),
        **members,
    }
