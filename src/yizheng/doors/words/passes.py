"""The words of passes: captures, receipts, files of passes, and what a case is told of them."""

from yizheng.doors.words.base import Words
from yizheng.kernel.errors import Code
from yizheng.rooms.passes.why import Why

REFUSALS: dict[Code, Words] = {
    Why.CAPTURE_ENDED: Words(
        "这次拍摄已经结束。请重新开始。",
        "a capture that is still open was expected, and this one has ended. Begin another.",
    ),
    Why.CAPTURE_OF_NOBODY_HERE: Words(
        "没有找到您这次的拍摄。请重新开始。",
        "a capture that this session began was expected, but there is none. Begin again.",
    ),
    Why.PICTURES_MISSING: Words(
        "没有收到照片，或者照片没有时间。请重新拍。",
        "pictures, each with its time, were expected. Take them again.",
    ),
    Why.PICTURE_REFUSED: Words(
        "照片没有采用：{wrong}",
        "{wrong}",
    ),
    Why.ENGINE_STOPPING: Words(
        "服务器正在停止，现在看不了照片。请一分钟后再试。",
        "an engine was expected, but this server is stopping. Ask again in a minute.",
    ),
    Why.ENGINE_FAILED_TWICE: Words(
        "这些照片看了两次都没有成功。请换别的办法。",
        "pictures that can be looked at were expected, but the engine failed on them twice.",
    ),
    Why.ENGINE_DOES_NOT_START: Words(
        "看照片的引擎没有启动。请换别的办法。",
        "an engine was expected, but it does not start.",
    ),
    Why.NUMBER_NOT_ON_ROSTER: Words(
        "名册上没有这个号码。请核对号码。",
        "nobody on the roster has this number. Check the number.",
    ),
    Why.NAME_DIFFERS: Words(
        "名册上这个号码是另一个姓名。请核对号码和姓名。",
        "the number is on the roster under another name. Check both.",
    ),
    Why.CHANNEL_UNKNOWN: Words(
        "办理渠道应当是 {known}。请改正。",
        "a channel of {known} was expected. Correct it.",
    ),
    Why.NO_DAY: Words(
        "日期应当写成 YYYY-MM-DD。请改正。",
        "a day was expected as YYYY-MM-DD. Correct it.",
    ),
    Why.DAY_AHEAD: Words(
        "日期最晚是今天（{today}）。请改正。",
        "a day up to today ({today}) was expected. Correct it.",
    ),
    Why.DIGITS_TOO_OLD: Words(
        "这组数字放得太久了，请换一组再读。",
        "The digits are too old: take new ones and read those.",
    ),
    Why.RECORDING_DELETED: Words(
        "这段录音已经删除。请直接打电话核对。",
        "The recording was deleted: call and check by phone.",
    ),
    Why.TOO_MANY_ANSWERS: Words(
        "刚才读了好几次，我们都收到了。请等我们的电话，或者打电话找人工。",
        "Several answers came in a short time: wait for our call, or call us.",
    ),
    Why.DIGITS_READ_BEFORE: Words(
        "这组数字已经读过了，我们收到了。",
        "These digits were read already: we have the answer.",
    ),
}

PICTURE_WRONG: dict[str, Words] = {
    "no_picture": Words(
        "这不是照片，请用手机拍一张再发。",
        "A photograph as JPEG, PNG or WebP was expected, and this is none. Take a photograph.",
    ),
    "too_many_bytes": Words(
        "照片太大，请用手机重新拍一张。",
        "A picture of at most 8 MB was expected, and this one is larger. Take it again.",
    ),
    "too_many_pixels": Words(
        "照片太大，请用手机重新拍一张。",
        "A picture of a usual size was expected, and this one is larger. Take it again.",
    ),
    "too_small": Words(
        "照片太小，看不清，请拍近一点。",
        "A picture that shows a face was expected, and this one is too small. Take a larger one.",
    ),
    "broken": Words(
        "照片没有传完整，请再发一次。",
        "A whole picture was expected, and this one breaks off or is damaged. Send it again.",
    ),
    "odd_picture": Words(
        "这张照片打不开，请用手机重新拍一张。",
        "An ordinary photograph was expected, and this one is of a rare kind. Take it again.",
    ),
    "moves": Words(
        "要一张不会动的照片，请拍一张再发。",
        "One still picture was expected, and this one moves. Send a photograph.",
    ),
}
"""What is wrong with a picture."""

CAPTURE_STATES: dict[str, Words] = {
    "asking": Words(
        "拍摄中",
        "taking pictures",
    ),
    "passed": Words(
        "已通过",
        "passed",
    ),
    "reviewing": Words(
        "人工核对",
        "a person looks",
    ),
    "other_way": Words(
        "改用别的办法",
        "another way",
    ),
    "replaced": Words(
        "在别处重新开始",
        "begun again elsewhere",
    ),
    "expired": Words(
        "没有拍完",
        "not finished",
    ),
}
"""Where a capture is."""

CHANNELS: dict[str, Words] = {
    "window": Words("窗口", "window"),
    "visit": Words("上门", "visit"),
    "other_agency": Words("其他机构", "another agency"),
    "case": Words("疑点核查", "decision of a case"),
    "face_web": Words("网上刷脸", "by face, from home"),
}
"""On which channel somebody certified besides comparison."""
