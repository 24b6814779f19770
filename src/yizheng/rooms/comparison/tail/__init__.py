"""The hard tail (疑难关联): records whose number or name is wrong, linked to people with a probability and its reasons.

A library of its own: DuckDB, Arrow and splink; no Django, no files of the installation, no clock. It finds; it never
decides. Whoever calls it looks for leads only, and a person confirms before anything follows.
"""
