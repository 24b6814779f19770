"""The keys of an installation as two files in its folder."""

from yizheng.adapters.keys.local import LocalKeys
from yizheng.adapters.keys.ring import KeyRing
from yizheng.adapters.keys.vault import LocalVaultKeys
from yizheng.adapters.suppliers import NoOptions, Supplier


class LocalFiles(Supplier[NoOptions, KeyRing]):
    """`keys.json` and `vault-keys.json`, each for its owner's eyes alone."""

    def check(self) -> None:
        """Whether the keys file can be read; it is made where an installation has no data yet."""
        self.make().general.blind_key()

    def make(self) -> KeyRing:
        """Both files; each is read when a key is first asked for."""
        return KeyRing(
            general=LocalKeys(self.around.home / "keys.json"),
            vault=LocalVaultKeys(self.around.home / "vault-keys.json"),
        )
