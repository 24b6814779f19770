"""The names by which things are known inside the product. None of them says anything about a person."""

from typing import NewType

Pno = NewType("Pno", int)
"""Dense person number (人员序号), counted from 0 in the order of arrival: the key of every table and file."""
