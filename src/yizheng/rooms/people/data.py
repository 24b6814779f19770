"""What may be known about people (人员): the fields of a roster and the facts of a person, as values."""

ROSTER_FIELDS = (
    "id_number",
    "name",
    "sex",
    "birth_day",
    "region",
    "scheme",
    "benefit_type",
    "start_month",
    "monthly",
    "pay_state",
    "pay_month",
    "pay_reason",
    "last_certified",
    "groups",
    "phone",
    "account",
    "address",
    "paid_through",
)
"""The fields of a roster row (花名册), in the order of the file that agencies deliver."""
