"""The words of risk: the facts behind signals, as a clerk reads them, and refused looks."""

from yizheng.doors.words.base import Words
from yizheng.kernel.errors import Code
from yizheng.rooms.risk.why import Finding, Flaw, Why

REFUSALS: dict[Code, Words] = {
    Why.LOOKED_ALREADY: Words(
        "这条预警已经有人核看过了。请看最新的列表。", "It was looked at already. Look at the newest list."
    ),
    Why.NOTE_LENGTH: Words(
        "请用 {least} 到 {most} 个字写明核看的情况。",
        "A note of {least} to {most} characters was expected: write what was found.",
    ),
    Why.NO_ALERT: Words("没有这条预警。请看最新的列表。", "There is no such alert. Look at the newest list."),
    Flaw.PLACE_DEGREES: Words(
        "risk：“{place}”要写北纬和东经的度数。请改正。",
        "risk: degrees north and east of '{place}' were expected. Correct them",
    ),
    Flaw.SIGNALS_INCOMPLETE: Words(
        "risk：points 要给这些信号各写一个不小于 0 的分数，不多不少：{signals}。请改正。",
        "risk: points of 0 or more for exactly the signals {signals} was expected. Correct the table",
    ),
    Flaw.ACTS_INCOMPLETE: Words(
        "risk：acts 要写这些事项，不多不少：{acts}。请改正。",
        "risk: steps for exactly the acts {acts} was expected. Correct the table",
    ),
    Flaw.FIRST_STEP_NOT_ZERO: Words(
        "risk：{act} 的第一档要从 0 分开始。请改正。",
        "risk: a first step from 0 points for {act} was expected. Correct the table",
    ),
    Flaw.STEPS_NOT_RISING: Words(
        "risk：{act} 的各档，分数要一档比一档高，要求也要一档比一档严。请改正。",
        "risk: rising points that ask for more at each step of {act} was expected. Correct the table",
    ),
    Flaw.CERTIFY_ASKS_MORE: Words(
        "risk：certify 只能是 nothing_more，然后 person，不能有别的。请改正。",
        "risk: nothing_more and then person for certify, and nothing else was expected. Correct the table",
    ),
    Flaw.TYPING_TOO_HEAVY: Words(
        "risk：typing 是弱信号，要少于 {first} 分。请改正。",
        "risk: fewer than {first} points for typing, a weak signal was expected. Correct the table",
    ),
    Flaw.MANY_TOO_HEAVY: Words(
        "risk：many_most 和 helper_acts 合起来要低于 certify 的 {person} 分。请改正。",
        "risk: many_most and helper_acts together under certify's {person} points was expected. Correct the table",
    ),
    Flaw.FAMILY_MISSING: Words(
        "risk：many_from 里要有 family。请补上。",
        "risk: many_from of family was expected. Correct the table",
    ),
    Flaw.PERCENTS_WRONG: Words(
        "risk：harmless_percent 要在 0 到 100 之间，abuse_percent 不能小于 100。请改正。",
        "risk: harmless_percent of 0 to 100 and abuse_percent from 100 was expected. Correct the table",
    ),
    Finding.DEVICE_NEW: Words("这台设备以前没有用过", "this device was not used before"),
    Finding.PLACE_NEW: Words("以前没有从这个地方来过", "never came from this place before"),
    Finding.HOUR_UNUSUAL: Words("不是平时办事的钟点", "not the usual hour"),
    Finding.TRAVEL_TOO_FAST: Words(
        "前后两次的地方相距太远，路上来不及", "the two places are too far apart for the time between"
    ),
    Finding.TYPING_DIFFERS: Words(
        "打字的快慢和平时不一样（弱信号，单独不起作用）",
        "types at another pace than usual (a weak sign that counts for nothing alone)",
    ),
    Finding.SERVES_MANY: Words(
        "{days} 天内同一账号或设备替 {people} 人办过",
        "the same account or device acted for {people} people within {days} days",
    ),
    Finding.ACCOUNT_CHANGED: Words("{days} 天前换过收款账号", "the bank account changed {days} days ago"),
    Finding.PHONE_CHANGED: Words("{days} 天前换过手机号", "the phone number changed {days} days ago"),
    Finding.HELPER_ACTS: Words("由代办人操作", "a helper acts"),
    Finding.TRIES_FAILED: Words(
        "{hours} 小时内有 {times} 次没有成功", "{times} tries failed within {hours} hours"
    ),
    Finding.CAMERA_VIRTUAL: Words("摄像头的名称像是虚拟摄像头", "the camera is named like a virtual one"),
    Finding.FRAMES_EVEN: Words("画面的间隔过于均匀", "the pictures come too evenly"),
    Finding.SESSION_MOVED: Words("办理中途换了设备或地方", "device or place changed while it was done"),
    Finding.HELPER_HAS_MANDATES: Words("这位代办人有 {count} 份委托", "this helper has {count} mandates"),
}
