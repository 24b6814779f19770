"""The only writes of casework. Each leaves its entries in the ledger, in the transaction of the flow that calls it."""

from yizheng.rooms.casework.actions.clocks import lapse, recount, remind
from yizheng.rooms.casework.actions.opening import open_case, open_cases
from yizheng.rooms.casework.actions.steps import confirm, note_on, propose, take_step, withdraw_leads

__all__ = [
    "confirm",
    "lapse",
    "note_on",
    "open_case",
    "open_cases",
    "propose",
    "recount",
    "remind",
    "take_step",
    "withdraw_leads",
]
