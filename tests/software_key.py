"""A passkey in software, for tests: it answers like an honest one, or with whatever an attack changes."""

import hashlib
import json
import os
from collections.abc import Mapping
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from fido2.cose import ES256
from fido2.utils import websafe_encode
from fido2.webauthn import AttestationObject, AttestedCredentialData, AuthenticatorData

PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40


class SoftwareKey:
    """One key pair with its counter, for one host."""

    def __init__(self, rp_id: str, origin: str) -> None:
        self.rp_id, self.origin = rp_id, origin
        self.secret = ec.generate_private_key(ec.SECP256R1())
        self.credential_id = os.urandom(32)
        self.count = 0

    def make(self, challenge: bytes, **changed: Any) -> str:
        """The answer to `navigator.credentials.create`, as the page sends it."""
        client = self._client("webauthn.create", challenge, changed)
        self.count += 1
        public = ES256.from_cryptography_key(self.secret.public_key())
        held = AttestedCredentialData.create(b"\0" * 16, self.credential_id, public)
        data = AuthenticatorData.create(
            hashlib.sha256(changed.get("rp_id", self.rp_id).encode()).digest(),
            changed.get("flags", PRESENT | VERIFIED | ATTESTED),
            self.count,
            held,
        )
        attested = AttestationObject.create("none", data, {})
        response = {"clientDataJSON": websafe_encode(client), "attestationObject": websafe_encode(attested)}
        return self._whole(response, changed)

    def sign(self, challenge: bytes, **changed: Any) -> str:
        """The answer to `navigator.credentials.get`, as the page sends it."""
        client = self._client("webauthn.get", challenge, changed)
        self.count += 1
        data = AuthenticatorData.create(
            hashlib.sha256(changed.get("rp_id", self.rp_id).encode()).digest(),
            changed.get("flags", PRESENT | VERIFIED),
            changed.get("count", self.count),
        )
        secret = changed.get("secret", self.secret)
        signature = secret.sign(bytes(data) + hashlib.sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
        response: dict[str, object] = {
            "clientDataJSON": websafe_encode(changed.get("client_after", client)),
            "authenticatorData": websafe_encode(changed.get("data_after", bytes(data))),
            "signature": websafe_encode(changed.get("signature", signature)),
            "userHandle": websafe_encode(changed["handle"]) if "handle" in changed else None,
        }
        return self._whole(response, changed)

    def _client(self, kind: str, challenge: bytes, changed: Mapping[str, Any]) -> bytes:
        said = {
            "type": changed.get("type", kind),
            "challenge": websafe_encode(challenge),
            "origin": changed.get("origin", self.origin),
            "crossOrigin": changed.get("cross_origin", False),
        } | changed.get("client_more", {})
        return json.dumps(said).encode()

    def _whole(self, response: Mapping[str, object], changed: Mapping[str, Any]) -> str:
        name = websafe_encode(changed.get("credential_id", self.credential_id))
        return json.dumps(
            {
                "id": name,
                "rawId": changed.get("raw_id", name),
                "type": changed.get("key_type", "public-key"),
                "response": response,
                "clientExtensionResults": {},
            }
        )
