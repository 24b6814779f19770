"""How everybody's row in force is found without reading the rows before it: words of SQL, for both databases.

A monthly roster gives everybody a row a month, so that whatever reads all rows takes longer every month. `EVERYBODY`
steps from person to person in the index of the benefits, `NEWEST` goes to one person's last row by a day: the work
grows with the people, not with the months.
"""

EVERYBODY = """
    WITH RECURSIVE everybody(pno) AS (
        SELECT min(pno) FROM entitlements_benefit WHERE pno BETWEEN %s AND %s
        UNION ALL
        SELECT (SELECT min(pno) FROM entitlements_benefit WHERE pno > everybody.pno AND pno <= %s)
        FROM everybody WHERE everybody.pno IS NOT NULL)
"""
"""The people numbered from a first to a last one (the last is told twice) of whom there is a benefit, and one null."""

COUNTS = "roster NOT IN (SELECT roster FROM entitlements_incomingbenefits)"
"""Of benefits: that their roster is there whole. Whatever asks past the ORM says so, or says why it need not."""

NEWEST = f"""
    (SELECT newest.id FROM entitlements_benefit AS newest
     WHERE newest.pno = everybody.pno AND newest.true_from <= %s AND newest.{COUNTS}
     ORDER BY newest.true_from DESC, newest.id DESC LIMIT 1)
"""  # noqa: S608 (statements of our own)
"""The row in force on a day of somebody of `everybody`."""

LAST_PNO = 2**63 - 1
"""A number that no person has a higher one than."""
