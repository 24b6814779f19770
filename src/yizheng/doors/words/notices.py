"""The words of notices: letters that cannot be filled, channels that cannot be used, and what became of a text."""

from yizheng.doors.words.base import Words
from yizheng.kernel.errors import Code
from yizheng.rooms.notices.why import Why

REFUSALS: dict[Code, Words] = {
    Why.LETTER_HAS_HOLE: Words(
        "这封通知要用到 {missing}，但没有给出（给出的有：{came}）。请改通知文本，或者补上这一项再发。",
        "the letter needs {missing} and the message brought {came}."
        " Correct the letter or queue the message with that fact.",
    ),
    Why.REPORTS_NOT_TOLD: Words(
        "去问{channel}送到了没有，没有问到：{because}。已经问到的都留着，什么也没有丢。请过几分钟再试，最晚在发出后"
        "{days} 天之内：yizheng notices reports。",
        "the channel {channel} was asked what became of its texts, but {because}. What was told before is kept, and"
        " nothing is lost. Try later, in some minutes and within {days} days of sending: yizheng notices reports.",
    ),
}

ERRORS: dict[str, Words] = {
    "busy": Words("网关正忙", "the gateway is busy"),
    "throttled": Words("发得太快，网关先不收", "the gateway takes no more for now"),
    "no_answer": Words("网关没有回答", "the gateway did not answer"),
    "out_of_reach": Words("连不上网关", "the gateway is out of reach"),
    "disk": Words("文件写不进去", "the file takes nothing now"),
    "no_phone": Words("没有可用的联系电话", "there is no phone number"),
    "no_channel": Words("没有这条通道", "there is no such channel"),
    "no_template": Words("没有这种通知的文本", "there is no letter of this kind"),
    "gateway_rejected": Words("网关不收这个号码", "the gateway refuses this number"),
    "nobodys": Words("空号", "the number is nobody's"),
    "phone_off": Words("对方关机", "the phone is off"),
}
"""Why a message has not arrived (`Hindrance`, and what is final)."""
