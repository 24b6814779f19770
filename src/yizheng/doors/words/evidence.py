"""The words of evidence: sources and their health, quality, deliveries, uncertain links."""

from yizheng.doors.words.base import Words
from yizheng.kernel.errors import Code
from yizheng.rooms.evidence.why import Why

REFUSALS: dict[Code, Words] = {
    Why.KIND_NO_OUT_OF_RANGE: Words(
        "证据种类 {kind} 的 no 应当在 1 到 255 之间，写的是 {no}。",
        "evidence kind {kind}: no must be 1..255, not {no}.",
    ),
    Why.KIND_NO_TWICE: Words(
        "有两个证据种类用了同一个 no：{numbers}。请各用各的。",
        "two evidence kinds share a no: {numbers}.",
    ),
    Why.LIFE_WITHOUT_POINTS: Words(
        "证据种类 {kind} 表明健在，分值应当大于 0。",
        "evidence kind {kind}: life evidence needs points above 0.",
    ),
    Why.POINTS_BUT_NO_LIFE: Words(
        "证据种类 {kind} 不是健在证据，不能有分值。",
        "evidence kind {kind}: only life evidence carries points.",
    ),
    Why.WEAK_CAP_TOO_HIGH: Words(
        "weak_cap 是 {weak_cap}，应当低于 threshold（{threshold}）：弱证据加起来也不能单独通过。",
        "weak_cap ({weak_cap}) must lie below threshold ({threshold}): weak sources never add up to a pass"
        " alone.",
    ),
    Why.COLUMN_KIND_UNKNOWN: Words(
        "没有“{kind}”这种列，可以是：{known}。",
        "column kind '{kind}' is unknown; it is one of {known}.",
    ),
    Why.SOURCE_NO_OUT_OF_RANGE: Words(
        "数据源 {source} 的 no 应当在 1 到 62 之间，写的是 {no}。",
        "source {source}: no must be 1..62, not {no}.",
    ),
    Why.SOURCE_WITHOUT_NUMBER: Words(
        "数据源 {source} 要有 id_number 这一列，才能对上人。",
        "source {source}: a column id_number is needed to link its rows to people.",
    ),
    Why.KIND_WITHOUT_COLUMNS: Words(
        "数据源 {source} 的种类 {kind} 用到了没有的列：{columns}。",
        "source {source}: kind {kind} names columns that do not exist: {columns}.",
    ),
    Why.FILE_NAME_NO_PATTERN: Words(
        "数据源 {source} 的 file_name 不是正确的正则表达式（{problem}）。",
        "source {source}: file_name is no regular expression ({problem}).",
    ),
    Why.LINES_UNACCOUNTED: Words(
        "{file} 有 {lines} 行，能说清去向的是 {known} 行，所以整个文件没有导入。请从原来的系统重新导出。",
        "{file}: every line was expected to be a row or known to be none, but of its {lines} lines {known} are"
        " accounted for. Nothing was imported. Save the file again from its source.",
    ),
    Why.FILE_NOT_AS_WITNESSED: Words(
        "证据文件 {file} 被改动过，和存证不符，没有用它作任何结论。请运行 `yizheng ledger verify` 查明，"
        "从备份取回这个文件；名字里有 settled 的可以删掉，会自动重新归并。",
        "the evidence file {file} is not the one that was witnessed: nothing was concluded from it. Run"
        " `yizheng ledger verify`, and take the file back from a backup; one with `settled` in its name can be"
        " deleted, it is made again.",
    ),
    Why.ROW_UNKNOWN: Words(
        "没有哪一批数据里有 {number} 号记录。",
        "a delivered row was expected under the number {number}, but no delivery holds it.",
    ),
    Why.VOUCH_REASON_LENGTH: Words(
        "请写 1 到 {most} 个字的理由（现在 {came} 个）：看了什么，问了谁。",
        "A reason of 1 to {most} characters was expected, but {came} came. Say in words what you looked at"
        " and whom you asked.",
    ),
    Why.LINK_UNKNOWN: Words(
        "没有 {link} 号关联。请用 yizheng links list 查看。",
        "a link was expected under the number {link}, but there is none. Look at `yizheng links list`.",
    ),
    Why.LINK_REASON_LENGTH: Words(
        "请写 2 到 {most} 个字的理由（现在 {came} 个）：对照了什么；不写姓名和号码。",
        "a reason of 2 to {most} characters was expected, but {came} came. Say in words what you compared; no"
        " names, no numbers.",
    ),
    Why.LINK_IS_NOBODYS: Words(
        "{link} 号关联现在是“{state}”：这条记录是别人的，或者已经作废，不用再核对。请看下一条。",
        "link {link} is {state}: its row is about somebody else, or was set aside and counts for nobody."
        " There is nothing to decide; look at the next one.",
    ),
    Why.LINK_DECIDED: Words(
        "{link} 号关联已由 {by} 在{at}核对，结论是“{state}”。您的结论没有采用；有不同意见请和同事商量。",
        "link {link} was {state} by {by} on {at}. Your decision was not taken; talk to your colleague if you"
        " see it otherwise.",
    ),
    Why.LINK_ROW_SET_ASIDE: Words(
        "{link} 号关联不能确认：这条记录在疑点核查中已经作废，不作任何人的证据。请选“不是本人”，或请来源单位"
        "重新报送。",
        "link {link} cannot be confirmed: its row was set aside in a case and counts for nobody. Reject the"
        " link, or ask the source to deliver the row again.",
    ),
    Why.LINK_ROW_OF_ANOTHER: Words(
        "{link} 号关联不能确认：{by} 已确认这条记录是另一个人的（{holder} 号关联）。一条记录只属于一个人。",
        "link {link} cannot be confirmed: its row was confirmed to be about somebody else by {by} (link"
        " {holder}). A row belongs to one person.",
    ),
    Why.NOTHING_DELIVERED: Words(
        "从未送过数据",
        "nothing was ever delivered",
    ),
    Why.PERIODS_MISSING: Words(
        "缺少 {periods} 的数据",
        "the data of {periods} is missing",
    ),
    Why.PERIOD_LATE: Words(
        "{period} 的数据已到期未送",
        "the data of {period} is late",
    ),
    Why.VOUCHED_FOR: Words(
        "{period} 的数据异常，已核对可用",
        "the data of {period} is unusual, looked at and vouched for",
    ),
    Why.ALL_WELL: Words(
        "正常",
        "well",
    ),
    Why.ROWS_OUT_OF_BOUNDS: Words(
        "{period} 送来 {rows} 行，应在 {fewest} 到 {most} 行之间",
        "{period} has {rows} rows, {fewest} to {most} were expected",
    ),
    Why.TOO_MANY_REFUSED: Words(
        "{period} 有 {refused} 行不能用，共 {rows} 行",
        "{refused} of {rows} rows of {period} cannot be used",
    ),
    Why.TOO_MANY_HIDDEN: Words(
        "{period}的 {rows} 行里有 {hidden} 行被隐藏或划掉，没有采用：请问清对方要的是哪些行",
        "{hidden} of the {rows} rows of {period} are hidden or struck through and were left out: ask which"
        " count",
    ),
    Why.TOO_MANY_UNLISTED: Words(
        "{period} 有 {unlisted} 行的代码不在数据字典里，共 {rows} 行；这些行不作任何证明，请向来源问清代码",
        "{unlisted} of {rows} rows of {period} have codes that no rule lists; they prove nothing. Ask the source",
    ),
    Why.TOO_FEW_LINKED: Words(
        "{period} 只有 {percent}% 的行对得上名册，平时是 {usual}%",
        "only {percent} % of the rows of {period} are about people on the roster, {usual} % is usual",
    ),
    Why.PERIODS_ILL: Words(
        "{periods} 的数据异常，没有重新送来，也没有人核对担保",
        "the data of {periods} was unusual, and nobody has sent it again or vouched for it",
    ),
    Why.NOTHING_YET: Words(
        "还没有数据",
        "nothing has come yet",
    ),
    Why.ROWS_UNUSABLE: Words(
        "{rows} 行里有 {bad} 行不能用（{percent}），其中 {nameless} 行没有号码",
        "{bad} of {rows} rows cannot be used ({percent}), {nameless} of them have no number",
    ),
    Why.EMPTIEST_COLUMN: Words(
        "缺失最多的字段是“{column}”（{percent}）",
        "the emptiest column is {column} ({percent})",
    ),
    Why.NOTHING_DUE: Words(
        "还没有到期的数据",
        "nothing was due yet",
    ),
    Why.PERIODS_IN_TIME: Words(
        "{due} 期里有 {good} 期按时",
        "{good} of {due} periods came in time",
    ),
    Why.PERIODS_CAME_LATE: Words(
        "{periods} 迟到",
        "{periods} late",
    ),
    Why.PERIODS_NEVER_CAME: Words(
        "{periods} 没有送来",
        "{periods} never",
    ),
    Why.NOTHING_LINKED: Words(
        "没有对上名册的记录",
        "no row was linked",
    ),
    Why.HALF_COME_WITHIN: Words(
        "从事情发生到送达，一半的记录不超过 {days} 天",
        "half of the rows come within {days} days of the event",
    ),
    Why.PERIODS_TOO_FEW: Words(
        "以前的数据只有 {past} 批，样本太少，暂无法判断该有多少",
        "{past} earlier periods are too few to expect anything",
    ),
    Why.ROWS_AS_AGREED: Words(
        "{period} 送来 {rows} 行，约定在 {least} 到 {most} 行之间",
        "{period} has {rows} rows, {least} to {most} were agreed on",
    ),
    Why.ROWS_BY_THE_PAST: Words(
        "{period} 送来 {rows} 行，按以往应在 {least} 到 {most} 行之间",
        "{period} has {rows} rows, its past says {least} to {most}",
    ),
    Why.PERIODS_UNUSUAL: Words(
        "行数异常的有 {periods}",
        "unusual: {periods}",
    ),
    Why.ROWS_REPEATED: Words(
        "{rows} 行里有 {copies} 行以前送过（{percent}）",
        "{copies} of {rows} rows came in an earlier delivery ({percent})",
    ),
    Why.OLD_FILE_AGAIN: Words(
        "有 {times} 次把旧文件换了名字再送",
        "an old file came again under another name {times} times",
    ),
    Why.ROWS_TOO_FEW_TO_COMPARE: Words(
        "可比的记录太少",
        "too few rows",
    ),
    Why.ROWS_CONTRADICTED: Words(
        "{rows} 行里有 {bad} 行与其他来源矛盾",
        "other sources contradict {bad} of {rows} rows",
    ),
    Why.DEATHS_NOT_REGISTERED: Words(
        "{due} 条死亡里有 {waiting} 条登记机关还没有",
        "{waiting} of {due} deaths are not in the register yet",
    ),
    Why.RULED_TOO_FEW: Words(
        "经人核查 {ruled} 条，太少",
        "people looked into {ruled} rows, too few to tell",
    ),
    Why.ROWS_RULED_WRONG: Words(
        "经人核查 {ruled} 条，其中 {wrong} 条有误（{percent}）",
        "people looked into {ruled} rows, {wrong} were wrong ({percent})",
    ),
    Why.LINKED_EXACTLY: Words(
        "证件号码和姓名一致",
        "number and name agree",
    ),
    Why.LINKED_BY_NUMBER_ALONE: Words(
        "证件号码一致（这个来源不给姓名）",
        "the number agrees (this source gives no name)",
    ),
    Why.LINKED_LATER: Words(
        "证件号码和姓名一致，在本人进入名册后补上的",
        "number and name agree; linked when a roster brought the person",
    ),
    Why.LINKED_AND_CONFIRMED: Words(
        "按相似程度找到（{method}，{percent}），{by} 于{day}核对确认是本人",
        "found by likeness ({method}, {percent}); {by} compared and confirmed it on {day}",
    ),
    Why.LINKED_BY_LIKENESS: Words(
        "按相似程度找到（{method}，{percent}），还没有人确认：只能作为疑点，不能据此停发",
        "found by likeness ({method}, {percent}), confirmed by nobody: it may raise a doubt, and stop no pay",
    ),
    Why.MODEL_FILE_CHANGED: Words(
        "模型 {model} 名下的文件已经不是原来的。请从备份恢复。",
        "the model {model} was expected, but the file that is kept under its name holds another. Restore it"
        " from the backup.",
    ),
    Why.LINK_ID_NO_NUMBER: Words(
        "link_id 应当是数字。请从 yizheng links export 的文件里取。",
        "link_id: a number was expected. Take it from `yizheng links export`.",
    ),
    Why.SAME_YES_OR_NO: Words(
        "same 这一列应当是 yes 或 no。请改正。",
        "same: yes or no was expected. Correct it.",
    ),
}
