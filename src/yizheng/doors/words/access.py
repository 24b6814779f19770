"""The words of access: who may do what, accounts, and how people prove who they are."""

from yizheng.doors.words.base import Words
from yizheng.kernel.errors import Code
from yizheng.rooms.access.why import Why

REFUSALS: dict[Code, Words] = {
    Why.ROLE_NOT_ALLOWED: Words(
        "“{permission}”由{holders}办理，{username} 是别的岗位。请交给他们办。",
        "This step ({permission}) is for {holders}, but {username} has another role. Ask one of them.",
    ),
    Why.SECOND_PERSON_NEEDED: Words(
        "要由另一个人来办，不能复核自己提出或导入的。请交给同事。",
        "A second person was expected, but the one who proposed or imported it came. Ask a colleague.",
    ),
    Why.USERNAME_NOT_ALLOWED: Words(
        "用户名用字母、数字、- 和 .，最多 64 个字符。请换一个。",
        "A user name of letters, digits, - and . was expected, at most 64. Choose another.",
    ),
    Why.DISPLAY_NAME_NOT_ALLOWED: Words(
        "请填姓名，1 到 64 个字，写同事认得的名字。",
        "A name of 1 to 64 characters was expected, as colleagues know the person. Give one.",
    ),
    Why.ROLE_UNKNOWN: Words(
        "没有“{came}”这个岗位。请从这几个里选：{roles}。",
        "A role of {roles} was expected, but '{came}' came. Choose one of them.",
    ),
    Why.USERNAME_TAKEN: Words(
        "这个用户名已经有人用了。请换一个。",
        "A user name that is not in use was expected. Choose another.",
    ),
    Why.USERNAME_UNKNOWN: Words(
        "没有这个用户名的账号。请用 yizheng account list 查看。",
        "the user name of an account was expected, but nobody has this one. Look: yizheng account list.",
    ),
    Why.ACCOUNT_NOT_OPEN: Words(
        "没有这个用户名的在用账号。请用 yizheng account list 查看。",
        "the user name of an open account was expected. Look: yizheng account list.",
    ),
    Why.HELPER_PHONE_NOT_ALLOWED: Words(
        "代办人的手机号是 11 位数字。请再核对一遍。",
        "A mobile number of 11 digits was expected for a helper. Look at it again.",
    ),
    Why.HELPER_NAME_NOT_ALLOWED: Words(
        "请填代办人的姓名，和身份证上一样，1 到 64 个字。",
        "A helper's name of 1 to 64 characters was expected. Give it as on the identity card.",
    ),
    Why.PHONE_HAS_ACCOUNT: Words(
        "已经有代办人用这个手机号登录。请直接用那个账号。",
        "A mobile number without an account was expected, but a helper signs in with this one. Use that account.",
    ),
    Why.CODE_TOO_SOON: Words(
        "一分钟内刚发过验证码。请等短信，或者一分钟后再试。",
        "A code was sent less than a minute ago. Wait for it, or ask again in a minute.",
    ),
    Why.CODES_TOO_MANY: Words(
        "一小时内已经发了 {most} 次验证码。请一小时后再试，或者到窗口办。",
        "{most} codes were sent within an hour. Ask again in an hour, or come to a window.",
    ),
    Why.LOCKED: Words(
        "输错的次数多了，{until} 以后可以再试。常用的电脑和通行密钥不受影响。",
        "Too many failures: try again after {until}. Passkeys, and computers that you have used before, still work.",
    ),
    Why.WAY_CLOSED: Words(
        "这种方式输错的次数太多，已经停用。用通行密钥、社保卡登录，或由窗口核对本人后重新启用。",
        "This way failed too often and is closed. Sign in by a passkey or a card, or let a window look at your card and"
        " open it again.",
    ),
    Why.TOO_MANY_TRIES_HERE: Words(
        "从这个网络来试的人太多，请过 {seconds} 秒再试。也可以用通行密钥或社保卡登录，打电话，或到窗口办。",
        "Too many tries come from this network: try again in {seconds} seconds, sign in by a passkey or a card, call us,"
        " or come to a window.",
    ),
    Why.PACE_NUMBERS_WRONG: Words(
        "次数要至少 1，间隔要 1 到 3600 秒。请改正 sign_in.yaml。",
        "At least 1 try, and 1 to 3600 seconds between two, were expected. Correct sign_in.yaml.",
    ),
    Why.FAILURES_IN_A_ROW_WRONG: Words(
        "failures_in_a_row 要 10 到 100（NIST SP 800-63B 规定不超过 100）。请改正 sign_in.yaml。",
        "failures_in_a_row of 10 to 100 was expected (NIST SP 800-63B allows no more). Correct sign_in.yaml.",
    ),
    Why.PASSWORD_WRONG: Words(
        "用户名或密码不正确，请核对后再试。",
        "User name and password do not fit: check both and try again.",
    ),
    Why.SECOND_FACTOR_WRONG: Words(
        "动态码或恢复码不正确，请核对后再试。",
        "The code of the app or the recovery code does not fit: try again.",
    ),
    Why.PASSWORD_LENGTH: Words(
        "密码要 {least} 到 {most} 位，字母、数字和符号都可以。请换一个长一点的。",
        "A password of {least} to {most} characters was expected. Choose a longer sentence.",
    ),
    Why.PASSWORD_GUESSABLE: Words(
        "这个密码太容易猜。请换一个别人想不到的，不要用姓名、生日、电话。",
        "A password that is hard to guess was expected, but this one is common or made of what is known of you."
        " Choose another sentence.",
    ),
    Why.SHOW_AGAIN: Words(
        "要改登录方式，请先再确认一次是您本人。",
        "Show again who you are before changing how you sign in.",
    ),
    Why.PASSKEY_NOT_MADE: Words(
        "这把通行密钥没有登记上，请再试一次。",
        "The passkey was not made as asked: try again.",
    ),
    Why.PASSKEY_KNOWN_OR_TOO_MANY: Words(
        "这把通行密钥已经登记过，或者登记得太多了。请先删掉不用的。",
        "This key is known already, or there are too many: remove one that is not used.",
    ),
    Why.CARD_NOT_COMPARED: Words(
        "请先核对证件原件和本人，勾上以后再生成恢复码。",
        "The card and the person must be compared first: do so, tick the box.",
    ),
    Why.NUMBER_UNKNOWN: Words(
        "没有找到这个号码。请对照证件核对后再填。",
        "Nobody has this number: compare it with the card and type it again.",
    ),
}

PERMISSIONS: dict[str, Words] = {
    "insight:dashboard:see": Words("看总览", "see the dashboard"),
    "people:person:find": Words("查找人员", "find a person"),
    "people:person:see": Words("看个人档案", "see a person's file"),
    "evidence:source:see": Words("看数据来源", "see the sources"),
    "evidence:link:see": Words("看待核对的关联", "see the links"),
    "evidence:link:decide": Words("核对关联", "decide a link"),
    "corrections:row:hand_out": Words("交回待更正的记录", "hand rows out for correction"),
    "corrections:answer:take": Words("接收更正答复", "take answers in"),
    "certification:run:see": Words("看比对结果", "see the runs"),
    "certification:run:start": Words("启动比对", "start a run"),
    "casework:case:see": Words("看疑点核查", "see the cases"),
    "casework:case:open": Words("立案", "open a case"),
    "casework:case:propose": Words("提出核查意见", "propose how a case ends"),
    "casework:case:confirm": Words("复核核查意见", "confirm how a case ends"),
    "payments:pause_list:see": Words("看暂停名单", "see a pause list"),
    "entitlements:roster:see": Words("查看名册变更", "see what rosters change"),
    "entitlements:roster:decide": Words("批准名册大批变更", "decide what a roster changes of many at once"),
    "payments:pause_list:release": Words("批准暂停", "release a pause list"),
    "payments:pay_run:see": Words("看发放计划", "see a pay run"),
    "notices:message:see": Words("看通知", "see the messages"),
    "ledger:entry:see": Words("看存证", "see the ledger"),
    "ledger:entry:verify": Words("核验存证", "verify the ledger"),
    "privacy:look:see": Words("看查看记录", "see who looked at whom"),
    "access:account:create": Words("开设账号", "make an account"),
    "biometrics:face:enrol": Words("登记人脸", "enrol a face"),
    "biometrics:vault:see": Words("看人脸库", "see the vault"),
    "biometrics:filing:record": Words("登记备案", "record a filing"),
    "mandates:mandate:see": Words("看代办", "see the mandates"),
    "mandates:mandate:record": Words("办理代办", "record a mandate"),
    "risk:alert:see": Words("看预警", "see the alerts"),
    "risk:alert:look_at": Words("核看预警", "look at an alert"),
    "access:recovery:issue": Words("补办登录", "issue a recovery slip"),
}
"""What each permission allows, as a step that somebody takes."""

ROLES: dict[str, Words] = {
    "certifier": Words("认证岗", "Certifier"),
    "rechecker": Words("复核岗", "Re-checker"),
    "supervisor": Words("主管", "Supervisor"),
    "auditor": Words("审计", "Auditor"),
    "self": Words("本人", "the person"),
    "helper": Words("代办人", "helper"),
}
"""Who acts: the four roles of staff, and those whom the citizens' web knows."""
