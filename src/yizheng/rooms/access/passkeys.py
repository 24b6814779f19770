"""Passkeys and hardware keys (通行密钥, WebAuthn): what a browser is asked, and whether its answer is what was asked for.

The checks of the standard are the library's (`webauthn`); here is what it leaves open or optional: the user must have
been verified, the page must not sit in a foreign frame, the key must be one we know and its holder the one meant. That
a challenge is used once and in its own session is the matter of the flow that calls. Nothing here keeps anything.
"""

import json
import struct
from collections.abc import Sequence

import webauthn
from webauthn.helpers import base64url_to_bytes, parse_client_data_json
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AttestationConveyancePreference,
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from yizheng.rooms.access.data import NewPasskey, NotProved, Passkey, Place

LONGEST_ANSWER = 16_384
LONGEST_ID = 1_023
MILLISECONDS = 300_000
_BROKEN = (
    WebAuthnException,
    ValueError,
    KeyError,
    IndexError,
    TypeError,
    AttributeError,
    RecursionError,
    struct.error,
)
"""What the library and its parsers raise over an answer that was made to break them."""


def options_to_make(
    *, place: Place, challenge: bytes, handle: bytes, name: str, rp_name: str, known: Sequence[Passkey]
) -> str:
    """What the browser is asked when a key is to be made, as JSON. `handle` (16 bytes) names the holder to the key."""
    options = webauthn.generate_registration_options(
        rp_id=place.rp_id,
        rp_name=rp_name,
        user_id=handle,
        user_name=name,
        challenge=challenge,
        timeout=MILLISECONDS,
        attestation=AttestationConveyancePreference.NONE,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.PREFERRED,
            user_verification=UserVerificationRequirement.REQUIRED,
        ),
        exclude_credentials=[PublicKeyCredentialDescriptor(id=key.credential_id) for key in known],
    )
    return webauthn.options_to_json(options)


def options_to_sign(*, place: Place, challenge: bytes, known: Sequence[Passkey] = ()) -> str:
    """What the browser is asked when a key is to sign, as JSON; without `known` any key made for this place may."""
    options = webauthn.generate_authentication_options(
        rp_id=place.rp_id,
        challenge=challenge,
        timeout=MILLISECONDS,
        allow_credentials=[PublicKeyCredentialDescriptor(id=key.credential_id) for key in known],
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return webauthn.options_to_json(options)


def check_made(answer: str, *, challenge: bytes, place: Place) -> NewPasskey:
    """The key that was made. Raises NotProved where the answer is not what was asked for."""
    try:
        _check_frame(_parsed(answer))
        made = webauthn.verify_registration_response(
            credential=answer,
            expected_challenge=challenge,
            expected_rp_id=place.rp_id,
            expected_origin=place.origin,
            require_user_verification=True,
        )
    except _BROKEN as broken:
        raise NotProved(type(broken).__name__) from broken
    if len(made.credential_id) > LONGEST_ID:
        raise NotProved("id_too_long")
    return NewPasskey(
        credential_id=made.credential_id,
        public_key=made.credential_public_key,
        sign_count=made.sign_count,
        synced=made.credential_backed_up,
    )


def credential_of(answer: str) -> bytes:
    """Which key an answer says it is from. Raises NotProved where it says none."""
    try:
        return base64url_to_bytes(str(_parsed(answer)["id"]))
    except _BROKEN as broken:
        raise NotProved(type(broken).__name__) from broken


def check_signed(answer: str, *, challenge: bytes, place: Place, key: Passkey, handle: bytes) -> int:
    """The key's counter after this signature. Raises NotProved where the answer is not what was asked for."""
    try:
        said = _parsed(answer)
        _check_frame(said)
        _check_handle(said, handle)
        signed = webauthn.verify_authentication_response(
            credential=answer,
            expected_challenge=challenge,
            expected_rp_id=place.rp_id,
            expected_origin=place.origin,
            credential_public_key=key.public_key,
            credential_current_sign_count=key.sign_count,
            require_user_verification=True,
        )
    except _BROKEN as broken:
        raise NotProved(type(broken).__name__) from broken
    if signed.credential_id != key.credential_id:
        raise NotProved("another_key")
    return signed.new_sign_count


def _parsed(answer: str) -> dict[str, object]:
    if len(answer) > LONGEST_ANSWER:
        raise NotProved("answer_too_long")
    said = json.loads(answer)
    if not isinstance(said, dict):
        raise NotProved("no_object")
    return said


def _response(said: dict[str, object]) -> dict[str, object]:
    response = said["response"]
    if not isinstance(response, dict):
        raise NotProved("no_response")
    return response


def _check_frame(said: dict[str, object]) -> None:
    """Raises NotProved for an answer from a page in a frame of another origin: nobody sees which page asks there."""
    client = base64url_to_bytes(str(_response(said)["clientDataJSON"]))
    if parse_client_data_json(client).cross_origin or json.loads(client).get("topOrigin"):
        raise NotProved("foreign_frame")


def _check_handle(said: dict[str, object], handle: bytes) -> None:
    """Raises NotProved where the key says that it was made for somebody else."""
    given = _response(said).get("userHandle")
    if given and base64url_to_bytes(str(given)) != handle:
        raise NotProved("another_holder")
