"""The words of people: whose number it is, and why saying so is refused."""

from yizheng.doors.words.base import Words
from yizheng.kernel.errors import Code
from yizheng.rooms.people.why import Why

REFUSALS: dict[Code, Words] = {
    Why.NOTHING_ASKED: Words(
        "这件核对已经有了结论，不能再答一次。请刷新页面。",
        "an open question about this person and a number was expected, and there is none any more. Load the page again.",
    ),
    Why.NOBODY_TO_JOIN: Words(
        "名册里没有原来的那个人，不能并到一起。请退回再查。",
        "a person to join this file to was expected, and the roster has none. Send it back and look again.",
    ),
    Why.NOTHING_JOINED: Words(
        "这个人没有并过别的号码，没有可以分开的。请核对是不是这个人。",
        "a number that was joined to this person was expected, and there is none. Check that this is the person meant.",
    ),
}
