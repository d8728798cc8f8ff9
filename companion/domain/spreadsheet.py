"""
Cells of a CSV file that a spreadsheet opens as the words they are.

A cell that begins like a formula would be worked out, and could ask another host; OWASP, CSV Injection.
"""

_BEGINS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def plain_cell(text: str) -> str:
    """Return the text with an apostrophe before it if a spreadsheet would take it for a formula."""
    return f"'{text}" if text.lstrip(" ").startswith(_BEGINS_A_FORMULA) else text
