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

NEWEST = """
    (SELECT newest.id FROM entitlements_benefit AS newest
     WHERE newest.pno = everybody.pno AND newest.true_from <= %s
     ORDER BY newest.true_from DESC, newest.id DESC LIMIT 1)
"""
"""The row in force on a day of somebody of `everybody`."""

LAST_PNO = 2**63 - 1
"""A number that no person has a higher one than."""
