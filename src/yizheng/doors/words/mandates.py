"""The words of mandates: requests between a beneficiary and a helper, as both read them."""

from yizheng.doors.words.base import Words
from yizheng.kernel.errors import Code
from yizheng.rooms.mandates.why import Why

REFUSALS: dict[Code, Words] = {
    Why.SCOPES_MISSING: Words("请至少选一件要帮您办的事。", "Choose at least one thing to be done for you."),
    Why.END_NOT_LATER: Words(
        "结束的日子要在开始的日子之后，并且在今天之后。请重新选。",
        "The last day must come after the first day and after today. Choose again.",
    ),
    Why.END_TOO_FAR: Words(
        "结束的日子太远了，到期可以再办。请选早一点的日子。",
        "The last day is too far away; it can be renewed then. Choose an earlier day.",
    ),
    Why.HELPER_IS_FULL: Words(
        "这位代办人替的人已经满了，不能再加。请换一位家人，或者到窗口由工作人员帮您办，也可以请我们上门。",
        "This helper acts for as many people as one may. Choose another relative, come to a window, or ask us to visit.",
    ),
    Why.DECLINED_LATELY: Words(
        "这位老人前不久没有同意。请先当面说好，由老人本人在自己的页面上选您，或者一起到窗口办。",
        "The answer was no a short while ago. Agree in person first, and be chosen on their own page,"
        " or come to a window together.",
    ),
    Why.ASKED_TOO_OFTEN: Words(
        "今天申请的次数已经够多了。请明天再试，或者和老人一起到窗口办。",
        "Enough was asked for today. Try again tomorrow, or come to a window together.",
    ),
    Why.NAMED_TOO_OFTEN: Words(
        "今天请人的次数已经够多了。请明天再试，或者到窗口由工作人员帮您办。",
        "Enough helpers were asked today. Try again tomorrow, or come to a window.",
    ),
    Why.HELPER_NAME_MISSING: Words("请填代办人的姓名。", "Enter the helper's name."),
    Why.HELPER_PHONE_WRONG: Words(
        "请填代办人的手机号，11 位数字。", "Enter the helper's mobile number, 11 digits."
    ),
    Why.OPEN_ALREADY: Words(
        "这位代办人已经有一份委托，或者正等着答复。请先看下面的名单。",
        "This helper has a mandate already, or one waits for an answer. Look at the list below first.",
    ),
    Why.NOTHING_WAITS: Words(
        "没有等您答复的请求，它可能已经取消或者过期。请看最新的名单。",
        "No request waits for your answer; it may have been taken back or have run out. Look at the list again.",
    ),
    Why.NAME_WRONG: Words(
        "姓名和请您帮忙的人对不上。请填老人的全名，再试一次。",
        "This is not the name of the person who asked you. Enter their full name and try again.",
    ),
    Why.NAME_WRONG_AND_OVER: Words(
        "姓名不对，这次请求已经取消。请和老人核对手机号和姓名，再请他重新选您。",
        "The name does not fit, and this request is over. Compare phone number and name with the person,"
        " and let them choose you again.",
    ),
    Why.NOT_BEGUN: Words(
        "这份委托还没有开始，可以先结束它，再重新办一份。",
        "This mandate has not begun. End it first, and ask for another.",
    ),
    Why.ENDED_ALREADY: Words(
        "这份委托已经结束了。请看最新的名单。", "This mandate is over. Look at the list again."
    ),
    Why.WARN_FROM_WRONG: Words(
        "mandates：warn_from 要在 1 到 most（{most}）之间，现在是 {came}。请改正。",
        "warn_from of 1 to most ({most}) was expected, but {came} came. Correct it",
    ),
    Why.FAMILY_LIMIT_MISSING: Words(
        "mandates：limits 里要有 {kind}。请补上。",
        "the limit of '{kind}' was expected among the limits. Add it",
    ),
    Why.USUAL_DAYS_WRONG: Words(
        "mandates：usual_days 至少是 1，不能超过 longest_days（{most}）。请改正。",
        "usual_days of at least 1 and at most longest_days ({most}) was expected. Correct it",
    ),
    Why.NUMBERS_TOO_SMALL: Words(
        "mandates：answer_within_days、asks_a_day、names_a_day 至少是 1，again_after_decline_days 不能是负数。请改正。",
        "answer_within_days, asks_a_day and names_a_day of at least 1 were expected. Correct them",
    ),
    Why.KIND_UNKNOWN: Words(
        "没有“{came}”这一类代办人。请从这几类里选：{kinds}。",
        "a kind of {kinds} was expected, but '{came}' came. Choose one of them.",
    ),
    Why.HELPER_UNKNOWN: Words(
        "没有代办人用这个手机号登录。请先在委托里登记这位代办人。",
        "the mobile number of a helper was expected, but no helper signs in with this one."
        " Let the helper be named in a mandate first.",
    ),
}
