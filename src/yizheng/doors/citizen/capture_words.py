"""What the camera's answers say: plain words for every code, one sentence each, and never a blame. Chinese first.

A suspicion, an uncertainty and a poor match have the same words. No sentence threatens the pension, and each one that
closes a way opens others.
"""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from yizheng.rooms.biometrics.data import PictureFault
from yizheng.rooms.biometrics.liveness_data import Step, StepHint
from yizheng.rooms.passes.data import CaptureWhy

STEPS: dict[Step, str | Promise] = {
    Step.TURN_LEFT: _lazy("请慢慢向左转头"),
    Step.TURN_RIGHT: _lazy("请慢慢向右转头"),
    Step.BLINK: _lazy("请眨一眨眼睛"),
    Step.OPEN_MOUTH: _lazy("请张开嘴，再合上"),
    Step.NOD: _lazy("请慢慢点一下头"),
    Step.COME_CLOSER: _lazy("请离手机近一点"),
}

HINTS: dict[str, str | Promise] = {
    StepHint.NO_FACE: _lazy("没有看到您的脸，请把脸对准手机"),
    StepHint.MANY_FACES: _lazy("请让画面里只有您一个人"),
    StepHint.HOLD_STILL: _lazy("请把手机拿稳，慢慢来"),
    StepHint.LOOK_STRAIGHT: _lazy("请先正面看着手机"),
    StepHint.TURN_MORE: _lazy("方向对了，请再多转一点"),
    StepHint.TURN_LESS: _lazy("转得有点多，请往回转一点"),
    StepHint.OTHER_WAY: _lazy("请转向另一边，不着急"),
    StepHint.HOLD_IT: _lazy("很好，请停一下再转回来"),
    StepHint.TURN_HEAD_NOT_PHONE: _lazy("请手机不动，只转头"),
    StepHint.BLINK_AGAIN: _lazy("请再眨一次眼睛，闭一下就睁开"),
    StepHint.EYES_HIDDEN: _lazy("看不清您的眼睛，请到亮一点的地方"),
    StepHint.MOUTH_WIDER: _lazy("请把嘴再张大一点"),
    StepHint.NOD_MORE: _lazy("请把头再低一点，然后抬起来"),
    StepHint.CLOSER: _lazy("请再离手机近一点"),
    StepHint.ONCE_MORE: _lazy("请再做一次，不着急"),
    PictureFault.FAR: _lazy("请离手机近一点"),
    PictureFault.NEAR: _lazy("请离手机远一点"),
    PictureFault.OFF_CENTRE: _lazy("请把脸放到圈中间"),
    PictureFault.DARK: _lazy("光线太暗了，请到亮一点的地方"),
    PictureFault.BRIGHT: _lazy("光线太亮了，请背对窗户"),
    PictureFault.TURNED: _lazy("请正面看着手机"),
    PictureFault.COVERED: _lazy("请摘下口罩或帽子，露出脸"),
    PictureFault.BLURRED: _lazy("画面有点模糊，请把手机拿稳"),
    PictureFault.UNREADABLE: _lazy("照片没有传好，请再拍一次"),
    "go_on": _lazy("很好，请继续"),
    "start_over": _lazy("我们从头再来一次，不着急"),
}
"""One sentence for each hint: what would help."""

WHYS: dict[str, str | Promise] = {
    CaptureWhy.UNSURE: _lazy(
        "这次没有认准，工作人员会再核对一遍，3 个工作日内短信通知您。这不影响您的养老金。"
    ),
    CaptureWhy.DIFFERENT: _lazy("这次没有认出来。这不影响您的养老金，换个办法就行。"),
    CaptureWhy.NEEDS_PERSON: _lazy("已经收到。还要请工作人员和您确认一下，不影响您的养老金。"),
    CaptureWhy.IN_DOUBT: _lazy("已经收到。有一件事要请工作人员和您见个面，或者视频，当面说清楚。"),
    CaptureWhy.PHOTO_ONLY: _lazy("照片已经收到，工作人员会再核对一遍，3 个工作日内短信通知您。"),
    CaptureWhy.NOT_DUE: _lazy("今年不用您做。您的认证还有效。"),
    CaptureWhy.NOT_ENROLLED: _lazy("我们这里还没有您的照片。先留一张，以后就能刷脸。"),
    CaptureWhy.NO_CONSENT: _lazy("要先得到您的同意，才能刷脸。不同意也可以用别的办法。"),
    CaptureWhy.NO_MANDATE: _lazy("要先得到老人的委托，才能帮他刷脸。"),
    CaptureWhy.TRIES_USED: _lazy("刚才试了好几次。请歇一会儿再试，或者换个办法。"),
    CaptureWhy.ENGINE_AWAY: _lazy("刷脸现在用不了，不是您的问题。请换个办法，或者晚点再来。"),
    CaptureWhy.TAKEN_OVER: _lazy("您在另一个页面重新开始了，请看那一个页面。"),
    CaptureWhy.TOO_LONG: _lazy("这次没有拍完。可以从头再来，也可以换个办法。"),
    "sign_in": _lazy("请先登录，再刷脸。"),
}
"""What is said where a capture cannot begin, or did not pass."""

PICTURES: dict[str, str | Promise] = {
    "no_picture": _lazy("这不是照片。请用手机拍一张再发。"),
    "too_many_bytes": _lazy("照片太大了。请用手机重新拍一张。"),
    "too_many_pixels": _lazy("照片太大了。请用手机重新拍一张。"),
    "too_small": _lazy("照片太小，看不清。请拍近一点。"),
    "broken": _lazy("照片没有传完整。请再发一次。"),
    "odd_picture": _lazy("这张照片打不开。请用手机重新拍一张。"),
    "moves": _lazy("要一张不会动的照片。请拍一张再发。"),
    "busy": _lazy("现在看照片的人多，请过一会儿再发。"),
}
"""What is said of an uploaded picture that is not taken."""


@dataclass(frozen=True, slots=True)
class Way:
    """Another way to certify, as a button: code, words, where it leads."""

    code: str
    say: str
    href: str


def ways(*, agency_tel: str, first: tuple[Way, ...] = ()) -> list[Way]:
    """The ways that are always open besides a face, at most six with those that stand first."""
    page = reverse("citizen:ways")
    return [
        *first,
        Way("video", _("预约视频"), f"{page}#video"),
        Way("window", _("就近到窗口"), f"{page}#window"),
        Way("visit", _("请我们上门"), f"{page}#visit"),
        Way("phone", _("打电话问"), f"tel:{agency_tel}"),
    ]


def ways_for(why: str, *, agency_tel: str) -> list[Way]:
    """The ways for somebody whose capture ended, or did not begin, for this reason."""
    again = Way("again", _("再试一次"), reverse("citizen:face"))
    first: dict[str, tuple[Way, ...]] = {
        CaptureWhy.NOT_DUE: (
            Way("me", _("回我的认证"), reverse("citizen:me")),
            Way("insist", _("还是要刷脸"), f"{reverse('citizen:face')}?insist=1"),
        ),
        CaptureWhy.NO_CONSENT: (Way("consent", _("先看说明"), reverse("citizen:face-consent")),),
        CaptureWhy.NOT_ENROLLED: (Way("enrol", _("怎么留照片"), reverse("citizen:face-consent")),),
        CaptureWhy.TAKEN_OVER: (again,),
        CaptureWhy.TOO_LONG: (again,),
        "sign_in": (Way("sign_in", _("去登录"), reverse("citizen:start")),),
    }
    if why in (CaptureWhy.NOT_DUE, "sign_in"):
        return [*first[why], Way("phone", _("打电话问"), f"tel:{agency_tel}")]
    return ways(agency_tel=agency_tel, first=first.get(why, ()))


def waiting(seconds: int, ahead: int) -> str:
    """How long it takes, honestly, and that nothing need be done."""
    if seconds >= 90:
        minutes = (seconds + 30) // 60
        return _("现在人多，大约要等 %(n)d 分钟。不用重拍，也可以晚点再来。") % {"n": minutes}
    if ahead:
        return _("前面还有 %(ahead)d 位，大约 %(seconds)d 秒就好。不用重拍。") % {
            "ahead": ahead,
            "seconds": seconds,
        }
    return _("正在看，大约 %(seconds)d 秒就好。不用重拍。") % {"seconds": seconds}
