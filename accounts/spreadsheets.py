"""Cells that a spreadsheet shows and does not run."""

# What makes Excel, WPS or LibreOffice read a cell as a formula. The full-width forms
# count too: a Chinese or Japanese Excel accepts them.
_FORMULA_STARTS = tuple("=+-@\t\r\n＝＋－＠")


def formula_safe(value: object) -> str:
    """The cell as text: a spreadsheet shows a leading apostrophe as "this is text"."""
    text = str(value)
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text
