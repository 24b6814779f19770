"""The words of suppliers: for whoever writes `suppliers.yaml` or keeps the machine."""

from yizheng.adapters.suppliers.why import Why
from yizheng.doors.words.base import Words
from yizheng.kernel.errors import Code

REFUSALS: dict[Code, Words] = {
    Why.PORT_UNKNOWN: Words(
        "{file} 写了“{came}”，没有这个接口。可写的有：{known}。请改正。",
        "{file} names the port '{came}', which does not exist. Known are {known}. Correct it.",
    ),
    Why.SUPPLIER_UNKNOWN: Words(
        "接口 {port} 没有“{came}”这个提供方。现有：{known}。请改正 suppliers.yaml，或者安装提供它的软件包。",
        "The port {port} has no supplier '{came}'. Known are {known}. Correct suppliers.yaml, or install its package.",
    ),
    Why.SUPPLIER_NOT_LOADED: Words(
        "接口 {port} 的提供方“{supplier}”（{place}）装不进来：{said}。请重新安装它的软件包。",
        "The supplier '{supplier}' of {port} ({place}) cannot be loaded: {said}. Install its package again.",
    ),
    Why.SUPPLIER_OF_ANOTHER_KIND: Words(
        "接口 {port} 的提供方“{supplier}”（{place}）应是 yizheng.adapters.suppliers.Supplier 的子类。请告诉做它的人。",
        "The supplier '{supplier}' of {port} ({place}) should be a class derived from"
        " yizheng.adapters.suppliers.Supplier. Tell its maker.",
    ),
    Why.SUPPLIER_CANNOT_WORK: Words(
        "接口 {port} 的提供方“{supplier}”现在不能用：{because} 全部情况请看 yizheng suppliers check。",
        "The supplier '{supplier}' of {port} cannot work: {because} See all of them: yizheng suppliers check.",
    ),
    Why.SIMULATED_OUTSIDE_A_DEMO: Words(
        "模拟的提供方只能用于演示。请在 suppliers.yaml 里换成真实的，或设 YIZHENG_DEMO=1 试用。",
        "Simulated suppliers exist in a demo only. Name a real one in suppliers.yaml, or set YIZHENG_DEMO=1 for a trial.",
    ),
    Why.FOLDER_NOT_WRITABLE: Words(
        "文件夹 {folder} 应可写，现在不能写。请把它交给运行本系统的用户。",
        "The folder {folder} was expected to be writable, but it is not. Give it to the user of this process.",
    ),
    Why.PLACE_NOT_INSIDE: Words(
        "“{name}”应在 {folder} 里面。请写里面的相对路径。",
        "'{name}' was expected to lie inside {folder}. Write a relative name in there.",
    ),
    Why.KEY_FILE_NOT_READ: Words(
        "公钥文件 {file} 读不出来。请放好并让本系统的用户可读，或从 suppliers.yaml 里去掉。",
        "The public key's file {file} cannot be read. Put it there and let this process read it, or take it out of"
        " suppliers.yaml.",
    ),
    Why.KEY_FILE_NO_KEY: Words(
        "公钥文件 {file} 应是 64 位十六进制数（Ed25519 公钥）。请向发卡方重新要一份。",
        "64 hexadecimal digits, an Ed25519 public key, were expected in {file}. Ask the issuer for the file again.",
    ),
}
