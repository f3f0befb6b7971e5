"""How OpenAI's API says that something went wrong."""

from http import HTTPStatus

_TYPES = {
    HTTPStatus.UNAUTHORIZED: "authentication_error",
    HTTPStatus.FORBIDDEN: "permission_error",
    HTTPStatus.TOO_MANY_REQUESTS: "rate_limit_error",
}
# What clients compare with, where it has another name than ours.
_CODES = {
    "token_wrong": "invalid_api_key",
    "throttled": "rate_limit_exceeded",
}


def error_document(
    status: int, code: str, sentence: object, param: str | None = None
) -> dict[str, object]:
    """``code`` is ours, for machines; ``param`` the field that is wrong, if one is."""
    is_ours = status >= HTTPStatus.INTERNAL_SERVER_ERROR
    usual = "server_error" if is_ours else "invalid_request_error"
    return {
        "error": {
            "message": str(sentence),
            "type": _TYPES.get(HTTPStatus(status), usual),
            "param": param,
            "code": _CODES.get(code, code),
        }
    }
