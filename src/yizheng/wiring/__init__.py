"""The one place where needs meet suppliers. Doors write `wiring.clock()`, `wiring.hands(...)`, whatever part it lies in.

| part | what it wires |
|---|---|
| place | the clock, the store, the tables; the hands of a request or command |
| agency_files | the agency's folder as values; settings about its name and strictness |
| delivered | delivered files, opened |
| suppliers | who supplies what: ports, suppliers by name, and whether they can work |
| key_ring | the keys, handed to the rooms at the start (`apps`) |
| messages, faces, voices, cards | what stories are given of each |
| witnesses | what the ledger commits to |
| demo | simulated suppliers, and made worlds; alone allowed to import simulators |

A part is imported when something of it is first asked for: a short command pays for no engine. Parts ask each other
through this package too, so that what a test puts in a name's place holds for all of them.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from yizheng.wiring.agency_files import agency as agency
    from yizheng.wiring.agency_files import letter_facts as letter_facts
    from yizheng.wiring.agency_files import passkey_place as passkey_place
    from yizheng.wiring.agency_files import roster_terms as roster_terms
    from yizheng.wiring.agency_files import two_factors_asked as two_factors_asked
    from yizheng.wiring.cards import card_issuers as card_issuers
    from yizheng.wiring.delivered import correction_files as correction_files
    from yizheng.wiring.delivered import look_through as look_through
    from yizheng.wiring.delivered import read_table as read_table
    from yizheng.wiring.demo import demo_card_reader as demo_card_reader
    from yizheng.wiring.demo import demo_messages as demo_messages
    from yizheng.wiring.demo import make_world as make_world
    from yizheng.wiring.demo import score_world as score_world
    from yizheng.wiring.demo import sms_gateway as sms_gateway
    from yizheng.wiring.faces import authority_photo as authority_photo
    from yizheng.wiring.faces import capture_means as capture_means
    from yizheng.wiring.faces import clean_frame as clean_frame
    from yizheng.wiring.faces import face_engine as face_engine
    from yizheng.wiring.faces import face_index as face_index
    from yizheng.wiring.faces import face_pool as face_pool
    from yizheng.wiring.faces import passive_check as passive_check
    from yizheng.wiring.faces import passive_nets as passive_nets
    from yizheng.wiring.faces import picture_border as picture_border
    from yizheng.wiring.key_ring import keys as keys
    from yizheng.wiring.messages import message_channels as message_channels
    from yizheng.wiring.messages import message_reports as message_reports
    from yizheng.wiring.messages import post as post
    from yizheng.wiring.place import OPERATOR as OPERATOR
    from yizheng.wiring.place import SHIFT as SHIFT
    from yizheng.wiring.place import clock as clock
    from yizheng.wiring.place import demo_shift as demo_shift
    from yizheng.wiring.place import hands as hands
    from yizheng.wiring.place import operator_hands as operator_hands
    from yizheng.wiring.place import store as store
    from yizheng.wiring.place import tables as tables
    from yizheng.wiring.suppliers import check_suppliers as check_suppliers
    from yizheng.wiring.suppliers import supplier_states as supplier_states
    from yizheng.wiring.voices import voice_engine as voice_engine
    from yizheng.wiring.voices import voice_means as voice_means
    from yizheng.wiring.witnesses import unfinished as unfinished
    from yizheng.wiring.witnesses import witnessed as witnessed
    from yizheng.wiring.witnesses import witnessed_files as witnessed_files
    from yizheng.wiring.witnesses import witnessed_trees as witnessed_trees

PARTS = {
    "agency_files": (
        "agency",
        "roster_terms",
        "letter_facts",
        "passkey_place",
        "two_factors_asked",
    ),
    "cards": ("card_issuers",),
    "delivered": ("correction_files", "look_through", "read_table"),
    "demo": (
        "demo_card_reader",
        "demo_messages",
        "make_world",
        "score_world",
        "sms_gateway",
    ),
    "faces": (
        "authority_photo",
        "capture_means",
        "clean_frame",
        "face_engine",
        "face_index",
        "face_pool",
        "passive_check",
        "passive_nets",
        "picture_border",
    ),
    "key_ring": ("keys",),
    "messages": (
        "message_channels",
        "message_reports",
        "post",
    ),
    "place": (
        "OPERATOR",
        "clock",
        "demo_shift",
        "SHIFT",
        "hands",
        "operator_hands",
        "store",
        "tables",
    ),
    "suppliers": (
        "check_suppliers",
        "supplier_states",
    ),
    "voices": (
        "voice_engine",
        "voice_means",
    ),
    "witnesses": (
        "unfinished",
        "witnessed",
        "witnessed_files",
        "witnessed_trees",
    ),
}
"""The public names, by part."""

_PART_OF = {name: part for part, names in PARTS.items() for name in names}

if not TYPE_CHECKING:

    def __getattr__(name: str) -> object:
        """A public name, out of its part (PEP 562). Raises AttributeError for any other."""
        if name not in _PART_OF:
            raise AttributeError(f"{__name__} has no {name!r}")
        return getattr(import_module(f"{__name__}.{_PART_OF[name]}"), name)
