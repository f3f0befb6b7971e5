"""The manual: whoever has logged in."""

from tests.isolation.rules import Door, Rule

RULES = [
    Rule("help", door=Door.PERSON),
    Rule(
        "help_chapter",
        door=Door.PERSON,
        kwargs=lambda scene: {"slug": "upload"},
        is_shared=True,
    ),
]
