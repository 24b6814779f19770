"""The words of an agency's folder: what is wrong in which file, and where to mend it."""

from yizheng.adapters.agency_files.why import Why
from yizheng.doors.words.base import Words
from yizheng.kernel.errors import Code

REFUSALS: dict[Code, Words] = {
    Why.SOURCE_UNKNOWN: Words(
        "{agency}没有“{source}”这个数据源，有的是：{known}。请从中选一个。",
        "the source '{source}' is unknown to {agency}; known are {known}. Use one of these.",
    ),
    Why.FILE_MISSING: Words(
        "机构目录里应当有 {file}，现在没有。请补上。",
        "{file}: this file was expected in the agency's folder, but it is not there. Add it.",
    ),
    Why.FILE_NOT_UTF8: Words(
        "{file} 应当是 UTF-8 编码，第 {byte} 个字节不是。请另存为 UTF-8。",
        "{file}: text in UTF-8 was expected, but byte {byte} is not. Save it as UTF-8.",
    ),
    Why.NOT_YAML: Words(
        "{file} 第 {line} 行不是正确的 YAML（{problem}）。请在那里改正。",
        "{file}: YAML was expected, but {problem} in line {line}. Correct it there.",
    ),
    Why.NOT_READABLE_YAML: Words(
        "{file} 读不出来（{problem}）。请改正。",
        "{file}: YAML was expected, but {problem}. Correct it there.",
    ),
    Why.KEY_TWICE: Words(
        "{file} 第 {line} 行：“{key}”写了两次。请留一个。",
        "{file}: YAML was expected, but the key '{key}' stands twice in line {line}. Correct it there.",
    ),
    Why.KEY_UNKNOWN: Words(
        "{file} 的 {place} 处没有“{key}”这一项，可以写的是：{known}。请改正。",
        "{file}: the key '{key}' at {place} is unknown; known are {known}. Correct it there.",
    ),
    Why.FIELD_MISSING: Words(
        "{file} 的 {place} 处缺少 {field}。请补上。",
        "{file}: missing required field `{field}` at {place}. Correct it there.",
    ),
    Why.VALUE_OF_OTHER_KIND: Words(
        "{file} 的 {place} 处应当是 {expected}，写的是 {came}。请改正。",
        "{file}: Expected `{expected}`, got `{came}` at {place}. Correct it there.",
    ),
    Why.VALUE_NOT_ALLOWED: Words(
        "{file}：{wrong}请改正。",
        "{file}: {wrong} Correct it there.",
    ),
    Why.VALUE_WRONG: Words(
        "{file} 里有一个值不对（{problem}）。请改正。",
        "{file}: {problem}. Correct it there.",
    ),
    Why.REGION_EXPECTED: Words(
        "{file} 第 {line} 行应当是地区代码（数字）和名称。请改正。",
        "{file}: line {line}: a region code of digits and a name were expected. Correct it there.",
    ),
    Why.REGION_TWICE: Words(
        "{file} 第 {line} 行：地区 {region} 写了两次。请留一个。",
        "{file}: line {line}: the region {region} stands twice. Keep one.",
    ),
    Why.NETWORK_EXPECTED: Words(
        "{file} 第 {line} 行应当是网段，例如 192.0.2.0/24。请改正。",
        "{file}: line {line}: a network such as 192.0.2.0/24 was expected. Correct it there.",
    ),
    Why.PLACE_EXPECTED: Words(
        "{file} 第 {line} 行应当写明地点，每个网段只写一次。请改正。",
        "{file}: line {line}: a place was expected, once for each network. Correct it there.",
    ),
    Why.TEMPLATE_TWICE: Words(
        "{file}：模板“{template}”在另一个文件里也有。请留一个。",
        "{file}: the template '{template}' stands in another file too. Keep one.",
    ),
    Why.STANDS_TWICE: Words(
        "{file}：{field} 的值 {values} 用了两次。请各用各的。",
        "{file}: the {field} {values} stands twice. Give each its own.",
    ),
    Why.POLICY_ENDS_TOO_EARLY: Words(
        "政策“{policy}”从{from_day}起、到{until_day}止，止期应当晚于起期。请改正其中一个日期。",
        "policies: '{policy}' holds from {from_day} until {until_day}, which is not later. Correct one of the"
        " two days.",
    ),
    Why.POLICY_TWICE: Words(
        "政策“{policy}”有两个版本都从{from_day}起。请给其中一个另定 from_day。",
        "policies: two versions of '{policy}' hold from {from_day}. Give one of them another from_day.",
    ),
    Why.SOURCE_WITHOUT_FILE: Words(
        "{file}：数据源“{source}”在 sources/ 里没有文件。请补上文件或改正名称。",
        "{file}: the source '{source}' has no file in sources/. Add the file or correct the name.",
    ),
    Why.KIND_WITHOUT_SOURCE: Words(
        "{file}：种类“{kind}”写的数据源“{source}”在 sources/ 里没有文件。请补上文件或改正名称。",
        "{file}: the kind '{kind}' names the source '{source}', which has no file in sources/. Add the file"
        " or correct the name.",
    ),
    Why.KIND_UNKNOWN: Words(
        "{file}：数据源“{source}”报的种类“{kind}”不在 evidence.yaml 里。请改正名称或补上种类。",
        "{file}: the source '{source}' reports the kind '{kind}', which is not in evidence.yaml. Correct the"
        " name or add the kind.",
    ),
    Why.KIND_OF_ANOTHER: Words(
        "{file}：数据源“{source}”报的种类“{kind}”属于“{owner}”。请改正名称或另加种类。",
        "{file}: the source '{source}' reports the kind '{kind}', which belongs to '{owner}'. Correct the"
        " name or add the kind.",
    ),
    Why.LIFE_WITHOUT_CODES: Words(
        "{file}：数据源“{source}”用“{column}”一列的代码说明发生了什么，种类“{kind}”证明健在，应当列出哪些代码（values）才算。"
        "没列出的代码什么也不证明。",
        "{file}: the source '{source}' says by the codes of '{column}' what happened, so the kind '{kind}', which"
        " proves life, needs the codes that it stands for (`values`). A code that is not listed proves nothing.",
    ),
    Why.ROSTER_FIELDS_UNKNOWN: Words(
        "{file}：名册没有 {unknown} 这些字段，有的是：{known}。请改正。",
        "{file}: exactly the fields {known} were expected; unknown: {unknown}. Correct them.",
    ),
    Why.ROSTER_FIELDS_MISSING: Words(
        "{file}：缺少名册字段 {missing}。请补上。",
        "{file}: every field of a roster was expected; missing: {missing}. Correct them.",
    ),
    Why.CASE_CODE_NOT_FILE: Words(
        "{file} 的 code 应当和文件名一样，是 {expected}，写的是 {came}。请改一个。",
        "{file}: the code '{expected}' was expected, as the file is named, but '{came}' came. Correct one of them.",
    ),
    Why.CASE_LETTERS_MISSING: Words(
        "{file} 用到的通知 {letters} 不在 letters 文件夹里。请补上，或者改名。",
        "{file}: the letters {letters} are not in letters/. Add them or correct the names.",
    ),
    Why.CASE_KINDS_MISSING: Words(
        "{file} 里缺这些类型的文件：{missing}。请从 agencies/demo/cases 复制。",
        "{file}: a file for each kind that the product opens was expected, but there is none for {missing}. Copy them"
        " from agencies/demo/cases.",
    ),
    Why.CASE_REASONS_MISSING: Words(
        "{file} 里没有一类收这些疑点：{reasons}。请写进一类的 reasons。",
        "{file}: a kind for every doubt of a run was expected, but none takes {reasons}. Add the reason to a kind.",
    ),
}
