"""The words of biometrics: consents, enrolments, lists of pictures, devices, and what a liveness check found."""

from yizheng.doors.words.base import Words
from yizheng.kernel.errors import Code
from yizheng.rooms.biometrics.why import Why

REFUSALS: dict[Code, Words] = {
    Why.NO_CONSENT: Words(
        "还没有得到本人的单独同意，不能注册。请先请本人阅读并同意，或者换别的办法。",
        "The person's separate consent was expected before an enrolment: ask for it first, or take another"
        " way.",
    ),
    Why.TEMPLATES_COUNT: Words(
        "注册需要 1 到 {most} 张合格的照片，现在有 {came} 张，请重新选择。",
        "An enrolment takes 1 to {most} pictures, but {came} came: choose again.",
    ),
    Why.PICTURES_COUNT: Words(
        "请选 1 到 {most} 张照片。",
        "From 1 to {most} pictures were expected: choose again.",
    ),
    Why.FILING_REFERENCE: Words(
        "请填写备案编号。",
        "The reference of the filing was expected: enter the number that the office was given.",
    ),
    Why.FILING_DAY: Words(
        "请填写备案的日期，不能晚于今天。",
        "The day of the filing was expected, not later than today: correct it.",
    ),
    Why.NUMBER_NOT_ON_ROSTER: Words(
        "名册上没有这个号码",
        "nobody on the roster has this number",
    ),
    Why.NOT_ENROLLED: Words(
        "没有登记：{end}",
        "not enrolled: {end}",
    ),
    Why.NOT_ENROLLED_FOR_FAULTS: Words(
        "没有登记：{end}（{faults}）",
        "not enrolled: {end} ({faults})",
    ),
    Why.PICTURE_NOT_THERE: Words(
        "列表旁边没有照片 {file}。",
        "the picture {file} was expected beside the list, but it is not there",
    ),
    Why.PICTURE_NOT_READABLE: Words(
        "列表里的照片 {file} 读不出来。请改正列表。",
        "the picture {file} was expected beside the list, but it cannot be read. Correct the list.",
    ),
    Why.LIST_HEADING: Words(
        "{file} 的列名应当是 picture,person 或 a,b,same，现在是：{came}。做法见测定说明。",
        "{file}: a heading with picture,person or with a,b,same was expected, but {came} came. See the how-to"
        " on measuring.",
    ),
    Why.LIST_MISSING: Words(
        "没有找到列表 {file}。请核对路径。",
        "{file}: this list was expected, but it is not there. Check the path.",
    ),
    Why.LIST_NOT_CSV: Words(
        "{file} 应当是 UTF-8 的 CSV 表格。请另存。",
        "{file}: a table in CSV, in UTF-8, was expected. Save it so.",
    ),
    Why.LIST_EMPTY: Words(
        "{file} 在列名下面至少要有一行。",
        "{file}: at least one line below the heading was expected, but none came.",
    ),
    Why.LIST_TOO_LONG: Words(
        "{file} 最多 {most} 张照片两两比对，现在有 {came} 张。请减少，或改用 a,b,same 列出成对的照片。",
        "{file}: at most {most} pictures are compared each with each, but {came} came. Take fewer, or list"
        " the pairs as a,b,same.",
    ),
    Why.SAME_YES_OR_NO: Words(
        "{file} 第 {line} 行：same 应当是 yes 或 no。请改正。",
        "{file}: line {line}: yes or no was expected under same. Correct it there.",
    ),
    Why.STEP_FOLDER_NAME: Words(
        "{folder} 的名字应当像 01-turn_left，动作是这几个之一：{known}。请改名。",
        "{folder}: a folder named like 01-turn_left was expected, with one of {known}. Name it so.",
    ),
    Why.STEP_FOLDERS_MISSING: Words(
        "{folder} 里应当每个动作一个文件夹，里面有画面。做法见测定说明。",
        "{folder}: a folder for each step, with frames in it, was expected. See the how-to.",
    ),
    Why.FRAME_NAME: Words(
        "{file} 应当以毫秒数命名，例如 001240.jpg。请改名。",
        "{file}: a frame named by its milliseconds was expected, such as 001240.jpg. Name it so.",
    ),
    Why.FRAME_NOT_READABLE: Words(
        "{file}：{wrong}这张画面没有采用。",
        "{file}: {wrong}",
    ),
    Why.NO_TABLE_SPACES: Words(
        "这里用的是 SQLite，整个数据库是一个文件，没有表空间。请用 PostgreSQL，或者把 vault-keys.json 单独保"
        "管。",
        "table spaces were expected, but this installation's SQLite has none: the whole database is one file."
        " Use PostgreSQL, or keep vault-keys.json apart.",
    ),
    Why.DEVICE_SAYS: Words(
        "{fault}设备没有读到，不影响本人。",
        "{fault}",
    ),
    Why.THRESHOLDS_ORDER: Words(
        "阈值应当满足 -1 < refer <= accept < 1，frames 至少 1；现在 refer 是 {refer}，accept 是 {accept}，"
        "frames 是 {frames}。",
        "thresholds were expected with -1 < refer <= accept < 1 and at least one frame, but refer {refer},"
        " accept {accept} and {frames} frames came.",
    ),
    Why.AGE_BANDS_ORDER: Words(
        "年龄段应当从 0 开始、由小到大、各写一次，现在的起点是：{ages}。",
        "age bands were expected from 0 upwards, each once, but they begin at {ages}.",
    ),
    Why.AT_LEAST_ONE: Words(
        "frames、tries、tries_minutes、filing_from 和 filing_days 都至少是 1。",
        "frames, tries, minutes and the rule of filing were expected to be at least 1.",
    ),
    Why.KEEP_DAYS: Words(
        "照片保留天数应当是 0 或更多，写的是 {came}。",
        "days to keep pictures were expected as 0 or more, but {came} came.",
    ),
    Why.PASSIVE_FILE_OUTSIDE: Words(
        "静默活体文件应当在机构目录里，写的是 {file}。",
        "a file inside the agency's folder was expected, but '{file}' came.",
    ),
    Why.PASSIVE_HASH: Words(
        "{file} 的 SHA-256 应当是 64 位十六进制数字。",
        "64 hexadecimal digits were expected as SHA-256 of {file}.",
    ),
    Why.PASSIVE_MARGIN: Words(
        "{file} 的 margin 应当在 1 到 8 之间，写的是 {came}。",
        "a margin from 1 to 8 was expected for {file}, but {came} came.",
    ),
    Why.PASSIVE_NO_FILES: Words(
        "passive 下面至少写一个文件；不做静默检查就去掉 passive。",
        "at least one file was expected under `passive`; leave `passive` out to check nothing.",
    ),
    Why.PASSIVE_LEAST: Words(
        "least 应当在 0 和 1 之间，写的是 {came}。",
        "a mark between 0 and 1 was expected as `least`, but {came} came.",
    ),
    Why.VOICE_THRESHOLDS_ORDER: Words(
        "声音阈值应当满足 -1 < refer <= accept < 1，现在是 {refer} 和 {accept}。",
        "voice thresholds were expected with -1 < refer <= accept < 1, but {refer} and {accept} came.",
    ),
    Why.SEARCH_RULES_ORDER: Words(
        "查找规则应当满足 0 < alike <= very < 1，名单 1 到 100 人，现在是 {alike}、{very} 和 {top}。",
        "search rules were expected with 0 < alike <= very < 1 and a list of 1 to 100, but {alike}, {very}"
        " and {top} came.",
    ),
}

LIVENESS_REASONS: dict[str, Words] = {
    "steps_abled_only": Words(
        "按本人情况少做了动作，机器不能单独通过",
        "fewer steps, for what the person can do: no machine passes it alone",
    ),
    "step_not_seen": Words(
        "有的动作没有看清",
        "a step was not clearly seen",
    ),
    "too_few_frames": Words(
        "画面太少",
        "too few pictures",
    ),
    "no_frontal": Words(
        "缺少正面画面",
        "no straight look",
    ),
    "time_out": Words(
        "用时超过本次口令的有效期",
        "took longer than this challenge is good for",
    ),
    "other_actions": Words(
        "做了几次没有要求的动作",
        "did steps that were not asked for",
    ),
    "passive_doubt": Words(
        "静默活体模型有疑问",
        "the passive check has a doubt",
    ),
    "signals_together": Words(
        "几个弱信号同时出现",
        "several weak signals together",
    ),
    "many_faces": Words(
        "画面里不止一张脸",
        "more than one face in the picture",
    ),
    "flat": Words(
        "转动时像平面",
        "flat while turning",
    ),
    "other_face": Words(
        "前后画面里的脸不像同一个人",
        "the faces of the pictures are unlike each other",
    ),
    "jumped": Words(
        "脸的位置突然跳动",
        "the face jumped to another place",
    ),
    "repeated_frames": Words(
        "相同的画面重复出现",
        "the same pictures again",
    ),
    "times_backwards": Words(
        "拍摄时间前后颠倒",
        "the times run backwards",
    ),
    "quick_reaction": Words(
        "反应快于常人",
        "quicker than people are",
    ),
    "regular_times": Words(
        "拍摄间隔过于整齐",
        "too regular times",
    ),
    "virtual_camera": Words(
        "摄像头名称像虚拟摄像头",
        "the camera's name is like a virtual one's",
    ),
    "frozen": Words(
        "画面停住不动",
        "the picture stood still",
    ),
    "track_lost": Words(
        "中途看不到脸",
        "the face was lost in between",
    ),
}
"""Why a capture was not passed by a machine, for the clerk and never for the person."""

DEVICE_FAULTS: dict[str, Words] = {
    "nothing_there": Words(
        "没有感应到，请把手指放平，或者看着镜头。",
        "Nothing was felt: lay the finger flat, or look at the lens.",
    ),
    "too_dry": Words(
        "手指太干，请呵口气或擦点润肤霜再试。",
        "The finger is too dry: breathe on it, or use some lotion, and try again.",
    ),
    "too_wet": Words(
        "手指太湿，请擦干再试。",
        "The finger is too wet: dry it and try again.",
    ),
    "dirty": Words(
        "采集窗脏了，请用软布擦干净。",
        "The window is dirty: wipe it with a soft cloth.",
    ),
    "moved": Words(
        "动了一下，请停一会儿再试。",
        "It moved: hold still a moment and try again.",
    ),
    "too_far": Words(
        "离得太远，请靠近一点。",
        "Too far away: come a little closer.",
    ),
    "eye_closed": Words(
        "眼睛没有睁开。睁不开请换别的办法。",
        "The eye is not open. Where it cannot open, take another way.",
    ),
    "busy": Words(
        "设备正忙，请稍等。",
        "The device is busy: wait a moment.",
    ),
    "timed_out": Words(
        "设备没有回应，请再试一次。",
        "The device did not answer: try again.",
    ),
    "unplugged": Words(
        "设备断开了，请检查连接线。",
        "The device is unplugged: check the cable.",
    ),
    "broken": Words(
        "设备出错，请换一台，或换别的办法。",
        "The device failed: take another one, or another way.",
    ),
}
"""What to do where a device gave no answer, for the clerk who helps."""
