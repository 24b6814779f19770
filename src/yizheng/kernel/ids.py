"""The names by which things are known inside the product. None of them says anything about a person."""

from typing import NewType

Pno = NewType("Pno", int)
"""Dense person number (人员序号), counted from 0 in the order of arrival: the key of every table and file."""

BatchId = NewType("BatchId", str)
"""A delivered file, known by the SHA-256 of its content in hex."""

RunId = NewType("RunId", str)
"""A certification run: its as-of date and the head of its inputs' hash, `2026-10-31-1f0c9a2b7e4d`."""

CaseId = NewType("CaseId", int)
"""A case (疑点核查) that a person must decide."""

EvidenceNo = NewType("EvidenceNo", int)
"""One row of one delivery, numbered through all deliveries: the pointer from a verdict to what was delivered."""
