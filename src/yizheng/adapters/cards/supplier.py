"""The public keys of card issuers, as files in the agency's folder."""

from dataclasses import dataclass

from yizheng.adapters.suppliers import Supplier
from yizheng.adapters.suppliers.why import Why
from yizheng.kernel.errors import Refused

KEY_BYTES = 32
"""An Ed25519 public key (RFC 8032)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """`files`: names in the agency's folder; each holds one public key as 64 hexadecimal digits."""

    files: tuple[str, ...] = ()


class KeyFiles(Supplier[Options, tuple[bytes, ...]]):
    """Trusts the issuers whose keys lie in the agency's folder; without files nobody's cards."""

    Options = Options

    def check(self) -> None:
        """Whether every file is there and holds a key."""
        self.make()

    def make(self) -> tuple[bytes, ...]:
        """The keys."""
        return tuple(self._key(name) for name in self.options.files)

    def _key(self, name: str) -> bytes:
        place = self.around.in_agency(name)
        try:
            key = bytes.fromhex(place.read_text("ascii"))
        except OSError:
            raise Refused(Why.KEY_FILE_NOT_READ, file=place) from None
        except ValueError:  # neither ASCII nor hexadecimal
            raise Refused(Why.KEY_FILE_NO_KEY, file=place) from None
        if len(key) != KEY_BYTES:
            raise Refused(Why.KEY_FILE_NO_KEY, file=place)
        return key
