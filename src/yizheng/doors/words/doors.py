"""The words of the doors' own refusals: how a command was called, and the home that it works in."""

from yizheng.doors.why import Why
from yizheng.doors.words.base import Words
from yizheng.kernel.errors import Code

REFUSALS: dict[Code, Words] = {
    Why.SIGN_IN_AGAIN: Words(
        "登录已经过期。请重新登录。",
        "You were expected to be signed in, but are not any more. Sign in again.",
    ),
    Why.PASSWORD_WITHOUT_TERMINAL: Words(
        "要问密码，但这里没有终端。请从文件送进来：{call} < FILE",
        "a terminal was expected to ask for the password, but there is none. Send it: {call} < FILE.",
    ),
    Why.COMMAND_ALONE: Words(
        "这个命令要从 `yizheng` 进入，现在是单独运行的。请输入：{call}",
        "the command was expected under `yizheng`, but it was called alone. Type: {call}.",
    ),
    Why.MONTH_MISSING: Words(
        "没有写月份。请写上，例如：{call}",
        "a month was expected, but none came. Give one: {call}.",
    ),
    Why.NOBODY_HAS_NUMBER: Words(
        "花名册上没有人是这个号码。请核对号码。",
        "somebody on the roster was expected, but nobody has this number. Check the number.",
    ),
    Why.ARGUMENT_NOT_TEXT: Words(
        "{name} 里有看不见的控制字符，或者不是 UTF-8 文字。请重新输入，或者给文件改名。",
        "{name}: text was expected, but control characters or bytes that are no UTF-8 came. Retype, or rename the file.",
    ),
    Why.FILE_MISSING: Words(
        "{file} 没有这个文件。请核对文件名。",
        "a file was expected at {file}, but there is none. Check the name.",
    ),
    Why.FOLDER_EMPTY: Words(
        "文件夹 {folder} 里没有送来的文件。请核对文件夹。",
        "delivered files were expected in {folder}, but there are none. Name the folder.",
    ),
    Why.FILE_OF_NO_SOURCE: Words(
        "{name}：文件名应以数据源的代码开头。请改文件名。",
        "{name}: a name that begins with a known source was expected. Rename it.",
    ),
    Why.FILES_REFUSED: Words(
        "{all} 个文件中有 {refused} 个没有收下，其余的已经收下。请改正以后再导入一次。",
        "{refused} of {all} files were refused; the others are in. Mend them and import again.",
    ),
    Why.ROWS_NOT_USED: Words(
        "{name} 有 {rows} 行没有采用，其余的已经采用。原因见上面各行；改正以后再导入一次。",
        "{rows} rows of {name} were not used; the others were.",
    ),
    Why.ROWS_NOT_ENROLLED: Words(
        "名单上有人没有登记成，原因见上面各行。",
        "not everybody on the list was enrolled; the rows above say why.",
    ),
    Why.TREE_SIZE_WRONG: Words(
        "树的大小应在 0 到 {now} 之间，现在是 {came}。请改正。",
        "A size from 0 to {now} was expected, but {came} came.",
    ),
    Why.ENTRY_NOT_NAMED: Words(
        "请写一个序号，或者写 --subject TABLE:KEY，两者写一个。",
        "Either an index or --subject TABLE:KEY was expected. Give one of them.",
    ),
    Why.ENTRY_BEYOND: Words(
        "账本有 {size} 条，没有第 {came} 条。请改正序号。",
        "An entry of a ledger with {size} entries was expected, but entry {came} came.",
    ),
    Why.NO_ENTRY_ABOUT: Words(
        "前 {size} 条里没有关于 {subject} 的记录。请先查找：yizheng ledger list。",
        "an entry about {subject} was expected among the first {size}, but there is none."
        " Look for it: yizheng ledger list.",
    ),
    Why.HOME_NOT_WRITABLE: Words(
        "目录 {home} 写不进去，系统提示：{said}。请把目录交给运行程序的用户，或用 YIZHENG_HOME 换一个目录。",
        "The home {home} was expected to be writable, but the system says: {said}."
        " Give the folder to the user of this process, or set YIZHENG_HOME to another.",
    ),
    Why.WRITTEN_MEANWHILE: Words(
        "同一时刻另一个命令写了同样的内容，这里什么都没有改。请再运行一次。",
        "another command wrote the same in the same moment, and nothing was changed here. Run it again.",
    ),
    Why.DATABASE_NOT_READY: Words(
        "数据库还没有准备好，它提示：{said}。请运行 `yizheng init`；如果还是这样，请检查磁盘和 YIZHENG_DATABASE。",
        "the database was expected to be ready, but it says: {said}."
        " Run `yizheng init`, and check the disk and YIZHENG_DATABASE if it stays so.",
    ),
    Why.DATABASE_REFUSES: Words(
        "数据库没有收下本系统的表。请检查 YIZHENG_DATABASE 和磁盘，再运行一次 `yizheng init`。数据库提示：{said}",
        "The database was expected to take the product's tables, but it refused."
        " Check YIZHENG_DATABASE and the disk, then run `yizheng init` again. It said: {said}",
    ),
    Why.HOME_NEWER: Words(
        "目录 {home} 是更新的版本做的，多了这些步骤：{steps}。什么都没有改。请安装那个版本，或恢复更早的备份。",
        "A home of this version or an earlier one was expected, but a later version made {home}: it took"
        " {steps}. Nothing was changed. Install that version, or restore an older backup.",
    ),
    Why.HOME_OLDER: Words(
        "目录 {home} 是以前的版本做的，要先升级。请停下定时任务，做好备份，再运行：yizheng init。",
        "a home of this version was expected, but an earlier one made {home}."
        " Stop the timers, make a backup, and bring it up: yizheng init.",
    ),
    Why.HOME_WITHOUT_DATABASE: Words(
        "目录 {home} 里还没有数据库。请先做一个：yizheng demo，或 yizheng init。",
        "a database was expected in {home}, but there is none. Make one first: yizheng demo, or yizheng init.",
    ),
    Why.LEDGER_BROKEN: Words(
        "升级 {home} 之前核对账本，发现有记录被改过或不见了。什么都没有改。请用做这个目录的版本运行"
        " `yizheng ledger verify`，或恢复备份。",
        "A ledger that fits itself was expected before the upgrade of {home}, but entries of it were changed or are"
        " gone. Nothing was changed. Run `yizheng ledger verify` with the version that made the home, or restore a"
        " backup.",
    ),
    Why.UPGRADE_NOT_VERIFIED: Words(
        "升级 {home} 之后，有 {faults} 行和账本里原来的记录对不上：{told}。账本没有改。请用以前的版本核对这个目录的"
        "副本，看原来是否就这样；再运行 `yizheng init` 会重新核对。",
        "Every row was expected to fit its old entry after the upgrade of {home}, but {faults} do not: {told}. No entry"
        " was changed. Let the version before verify a copy of the home to see whether it was so already;"
        " `yizheng init` verifies this one again.",
    ),
    Why.UPGRADE_NOT_VERIFIED_COPY_KEPT: Words(
        "升级 {home} 之后，有 {faults} 行和账本里原来的记录对不上：{told}。账本没有改。升级前的数据库在 {copy}。请用"
        "以前的版本核对这个目录的副本，看原来是否就这样；再运行 `yizheng init` 会重新核对。",
        "Every row was expected to fit its old entry after the upgrade of {home}, but {faults} do not: {told}. No entry"
        " was changed. The database as it was lies in {copy}. Let the version before verify a copy of the home to see"
        " whether it was so already; `yizheng init` verifies this one again.",
    ),
    Why.DEMO_HOME_TAKEN: Words(
        "目录 {home} 里是另一个安装，不是演示。请换一个目录：YIZHENG_HOME=/path/to/demo ./run demo。",
        "an empty home or a demo was expected, but {home} holds another installation."
        " Name another folder: YIZHENG_HOME=/path/to/demo ./run demo.",
    ),
    Why.DEMO_DATABASE_TAKEN: Words(
        "YIZHENG_DATABASE 指的数据库里是另一个安装。什么都没有改。请给演示指一个空的数据库。",
        "an empty database or that of this demo was expected, but the one in YIZHENG_DATABASE holds another"
        " installation. Nothing was changed: name an empty database for the demo.",
    ),
    Why.DEMO_OF_OTHER_SIZE: Words(
        "已经有一个 {kept_people} 人（种子 {kept_seed}）的演示，这次要的是 {people} 人（种子 {seed}）。请用 --people"
        " 和 --seed 照原样打开，或用 --fresh 重新做。",
        "a demo of {kept_people} people (seed {kept_seed}) exists, and {people} (seed {seed})"
        " were asked for. Take it as it is with --people and --seed, or start over with --fresh.",
    ),
    Why.DEMO_IN_OTHER_DATABASE: Words(
        "这个目录里的演示建在另一个数据库里，不是现在 YIZHENG_DATABASE 指的那个。请改回来，或换一个目录："
        "YIZHENG_HOME=/path/to/demo ./run demo。",
        "the demo in this home was built in another database than YIZHENG_DATABASE names now."
        " Set it as it was, or name another home: YIZHENG_HOME=/path/to/demo ./run demo.",
    ),
}
