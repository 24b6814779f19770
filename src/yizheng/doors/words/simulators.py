"""The words of made worlds: for whoever makes one, writes one's file, or measures a product with it."""

from yizheng.doors.words.base import Words
from yizheng.kernel.errors import Code
from yizheng.simulators.why import Why

REFUSALS: dict[Code, Words] = {
    Why.PEOPLE_WRONG: Words(
        "一个世界可有 {least} 到 {most} 人，现在要的是 {came}。请改人数。",
        "a world of {least} to {most} people was expected, not {came}",
    ),
    Why.MONTHS_WRONG: Words(
        "可有 {least} 到 {most} 个月，现在要的是 {came}。请改月数。",
        "{least} to {most} months were expected, not {came}",
    ),
    Why.SEED_WRONG: Words(
        "种子应是 0 或更大的整数，现在是 {came}。请改正。",
        "a seed of 0 or more was expected, not {came}",
    ),
    Why.CITY_SIZE_WRONG: Words(
        "至少要 {least} 人，{fewest} 到 {most} 个月，现在要的是 {people} 人、{months} 个月。请改正。",
        "at least {least} people and {fewest} to {most} months were expected, but {people} and {months} came.",
    ),
    Why.NO_COUNTY: Words(
        "机构里至少要有一个县（6 位的地区代码）。请写进 regions.csv。",
        "an agency with at least one county (a region code of 6 digits) was expected; add it to regions.csv",
    ),
    Why.FOLDER_NOT_NEW: Words(
        "{folder} 应是新的或空的文件夹。请换一个，或者自己清空。",
        "{folder}: a new or empty folder was expected. Name another, or empty it yourself.",
    ),
    Why.WORLD_NOT_WRITTEN: Words(
        "世界写不进 {folder}（{said}）。请腾出空间，或换一个文件夹。",
        "{folder}: the world could not be written ({said}). Make room or name another folder.",
    ),
    Why.WORLD_MISSING: Words(
        "{folder} 里应有做好的世界（manifest.json 和 truth/）。请写它所在的文件夹。",
        "{folder}: a made world with manifest.json and truth/ was expected. Name its folder.",
    ),
    Why.RESULTS_COLUMN_MISSING: Words(
        "{file} 缺少这些列：{missing}。请重新导出结果。",
        "{file}: the column {missing} is missing. Export the results again.",
    ),
    Why.RESULTS_NOT_READ: Words(
        "{file} 应是带列名的 CSV 或 Parquet 文件，读不出来。请重新导出结果。",
        "{file}: a CSV or Parquet file with headers was expected. Export the results again.",
    ),
    Why.WORLD_FILE_MISSING: Words(
        "{file} 应是世界文件（UTF-8 的 YAML），读不到。请核对文件名。",
        "{file}: a world file (YAML in UTF-8) was expected there. Check the name.",
    ),
    Why.WORLD_FILE_NO_YAML: Words(
        "{file} 第 {line} 行不是 YAML，读不出来。请改正那一行。",
        "{file}, line {line}: YAML was expected, but it cannot be read. Mend the line.",
    ),
    Why.WORLD_FILE_WRONG: Words(
        "{file} 写得不对：{said}。可写的词都在 docs/reference/decisions-benchmark.md。",
        "{file}: {said}. docs/reference/decisions-benchmark.md names every word.",
    ),
    Why.WORLD_FILE_OF_OTHER_FORMAT: Words(
        "{file} 应是格式 {format}，现在是 {came}。请重新写。",
        "{file}: format {format} was expected, but {came} came. Write it anew.",
    ),
    Why.WORLD_FILE_SOURCES_UNKNOWN: Words(
        "{file} 可写的数据源有：{known}；写了：{unknown}。请改正。",
        "{file}: sources of {known} were expected, but {unknown} came. Correct the name.",
    ),
    Why.WORLD_FILE_SPAN_TURNED: Words(
        "{file} 的 {place} 应先写少的，现在是 [{fewest}, {most}]。请对调。",
        "{file}: {place}: the fewest first was expected, but [{fewest}, {most}] came. Turn them round.",
    ),
    Why.DRIVER_SILENT: Words(
        "驱动程序 {driver} 不能对话。请去掉 --serves 再启动。",
        "the driver {driver} cannot be spoken to. Start it without --serves.",
    ),
    Why.DRIVER_SAID_OTHER: Words(
        "要驱动程序 {driver} 做 `{asked}`，它答的是：{said}。请改正驱动程序。",
        "the driver {driver} was expected to do `{asked}`, but it said: {said}. Mend the driver.",
    ),
    Why.DRIVER_FAILED: Words(
        "要驱动程序 {driver} 做 `{asked}`，它以 {code} 退出：{said}。请改正驱动程序。",
        "the driver {driver} was expected to do `{asked}`, but it ended with {code}: {said}. Mend the driver.",
    ),
    Why.DRIVER_COLUMNS_MISSING: Words(
        "{file} 还应有这些列：{missing}。请改正驱动程序。",
        "{file}: the columns {missing} were expected too. Mend the driver.",
    ),
    Why.DRIVER_NO_TABLE: Words(
        "{file} 应是有这些列的 CSV 表：{columns}。请改正驱动程序。",
        "{file}: a CSV table with {columns} was expected. Mend the driver.",
    ),
    Why.DRIVER_ROWS_MISSING: Words(
        "{file} 应给 {people} 人每人一行，现在有 {came} 行。请改正驱动程序。",
        "{file}: a row for each of {people} people was expected, but {came} came. Mend the driver.",
    ),
    Why.DRIVER_OTHER_PERSON: Words(
        "{file} 里有花名册上没有的身份证号码。请改正驱动程序。",
        "{file}: identity numbers of the roster were expected, but another came. Mend the driver.",
    ),
    Why.DRIVER_OTHER_WORD: Words(
        "{file} 里应是其中一个词：{known}；现在是 {came}。请改正驱动程序。",
        "{file}: one of {known} was expected, but {came} came. Mend the driver.",
    ),
    Why.DRIVER_NO_DAY: Words(
        "{file} 里的日期应写成 YYYY-MM-DD，现在是 {came}。请改正驱动程序。",
        "{file}: a day as YYYY-MM-DD was expected, but {came} came. Mend the driver.",
    ),
    Why.DRIVER_NO_FEN: Words(
        "{file} 里的金额应是整数分，现在是 {came}。请改正驱动程序。",
        "{file}: whole fen were expected, but {came} came. Mend the driver.",
    ),
    Why.PICTURES_NOT_INSTALLED: Words(
        "测试用的照片需要 scikit-image，没有安装。请安装测试工具：pip install -r requirements-test.lock",
        "The test pictures need scikit-image, which is not installed. Install the test tools: "
        "pip install -r requirements-test.lock",
    ),
    Why.PICTURE_NO_PNG: Words(
        "scikit-image 里的宇航员照片应是 PNG，打不开。请重新安装 scikit-image。",
        "The astronaut's portrait in scikit-image should be a PNG; install scikit-image again.",
    ),
}
