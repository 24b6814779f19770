"""Forms of both webs: what a page asks for, what came, what was wrong with it, and the way back to the page.

Rules that always hold: nobody else reads what a browser posts; a kind of value has one parser; every answer to a POST is
a redirect, so that Back and Reload never send anything twice; what was typed waits sealed in the session of the browser
that typed it, under a token in the address, and a secret (password, code, file) does not wait at all.
"""

from yizheng.doors.forms.fields import (
    Choice,
    Choices,
    Code,
    Day,
    Field,
    IdentityNumber,
    Money,
    MonthOf,
    NumberOrPhone,
    Phone,
    Secret,
    Text,
    Tick,
    Upload,
    Uploads,
    Whole,
    optional,
)
from yizheng.doors.forms.filled import Bound, ErrorLine, Filled, Form
from yizheng.doors.forms.kept import keep, kept
from yizheng.doors.forms.parsing import Fault, Posted, Wrong
from yizheng.doors.forms.ways import RETURNED, back, elsewhere, shown, to_form
from yizheng.doors.forms.words import Told, told

__all__ = [
    "RETURNED",
    "Bound",
    "Choice",
    "Choices",
    "Code",
    "Day",
    "ErrorLine",
    "Fault",
    "Field",
    "Filled",
    "Form",
    "IdentityNumber",
    "Money",
    "MonthOf",
    "NumberOrPhone",
    "Phone",
    "Posted",
    "Secret",
    "Text",
    "Tick",
    "Told",
    "Upload",
    "Uploads",
    "Whole",
    "Wrong",
    "back",
    "elsewhere",
    "keep",
    "kept",
    "optional",
    "shown",
    "to_form",
    "told",
]
