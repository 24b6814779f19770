"""The comparison of data (信息比对): records -> the few facts about each person that decide, with pointers to their rows.

A library of its own: DuckDB and Arrow inside, no Django, no application database, no network. README.md shows its use.
"""
