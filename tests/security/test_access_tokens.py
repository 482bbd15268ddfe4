import random
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st
from jose import JOSEError, jwt

from app.platform import base64url, jose
from app.platform.jose import ACCESS_TOKEN, TokenRefused
from app.platform.keys import Purpose, SigningKey
from tests.effort import rounds
from tests.security import hostile_tokens as hostile
from tests.security.hostile_tokens import AUDIENCE, CLAIMS, GENUINE, ISSUER, KEYS, NOW


def _verify(
    token: str, now: datetime = NOW, *, issuer: str = ISSUER, audience: str = AUDIENCE
) -> dict[str, Any]:
    return jose.verify(ACCESS_TOKEN, KEYS, token, issuer=issuer, audience=audience, now=now)


@pytest.mark.parametrize("token", hostile.ALL.values(), ids=hostile.ALL)
def test_a_hostile_token_is_refused_like_every_other(token: str) -> None:
    """SECURITY R1, R3."""
    with pytest.raises(TokenRefused) as refusal:
        _verify(token)
    assert refusal.value.slug == "unauthenticated"
    assert refusal.value.detail == TokenRefused("").detail
    assert (refusal.value.reasons, refusal.value.errors) == ((), ())


def test_the_hostile_tokens_differ_from_genuine_ones_in_their_fault_alone() -> None:
    """The control: what the forger builds on is accepted."""
    assert len(set(hostile.ALL.values())) >= 150
    assert _verify(hostile.token()) == CLAIMS
    assert _verify(hostile.with_claims(nbf=hostile.SECOND + 5))
    assert _verify(hostile.with_claims(iat=hostile.SECOND + 5, exp=hostile.SECOND + 6))
    assert _verify(hostile.with_claims(exp=hostile.SECOND - 60 + 600))
    assert _verify(hostile.of_size(4096))


def test_a_lenient_verifier_accepts_many_of_these_tokens() -> None:
    """The canary: python-jose as it comes, with `algorithms=None`, over the same tokens."""
    public = GENUINE.private.public_key()
    pem = public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    accepted = {name for name, token in hostile.ALL.items() if _lenient(token, pem)}
    assert accepted >= {
        "header: crit",
        "header: no kid",
        "header: typ of a credential",
        "header: alg none, then ES256",
        "segments: a line end within",
        "segments: spare bits in the signature",
        "times: without exp",
        "times: exp a text",
        "claims: audience among others",
        "claims: exp twice, escaped",
        "claims: a megabyte",
    }
    assert len(accepted) >= 60


def _lenient(token: str, key: str) -> bool:
    try:
        jwt.decode(token, key, algorithms=None, audience=AUDIENCE, issuer=ISSUER)
    except (JOSEError, ArithmeticError, TypeError, ValueError, RecursionError):
        return False
    return True


@given(st.text(max_size=300) | st.text("eyJ.-_=", max_size=300))
def test_no_text_makes_the_verifier_fail_otherwise(text: str) -> None:
    with pytest.raises(TokenRefused):
        _verify(text)


@given(st.data())
def test_a_token_with_one_part_changed_is_refused(data: st.DataObject) -> None:
    """SECURITY R1: a change to header, payload or signature that keeps them well-formed."""
    segments = hostile.token().split(".")
    place = data.draw(st.integers(0, 2))
    at = data.draw(st.integers(0, len(segments[place]) - 1))
    symbol = data.draw(st.sampled_from("ABCXYZabcxyz0189-_"))
    changed = segments[place][:at] + symbol + segments[place][at + 1 :]
    if changed == segments[place]:
        return
    segments[place] = changed
    with pytest.raises(TokenRefused):
        _verify(".".join(segments))


def test_no_random_mutation_of_a_genuine_token_is_accepted() -> None:
    """SECURITY R1: a million of them in the soak."""
    chance = random.Random(4711)
    genuine = hostile.token()
    for _ in range(rounds(2_000, 1_000_000)):
        token = genuine
        for _ in range(chance.choice((1, 1, 1, 2, 5))):
            token = _mutated(token, chance)
        if token != genuine:
            with pytest.raises(TokenRefused):
                _verify(token)


def _mutated(token: str, chance: random.Random) -> str:
    at = chance.randrange(len(token) + 1)
    symbol = chance.choice("ABCDEFabcdef0123456789-_.=+/ \n\0\x80é")
    match chance.randrange(5):
        case 0:
            return token[:at] + symbol + token[at + 1 :]
        case 1:
            return token[:at] + symbol + token[at:]
        case 2:
            return token[:at] + token[at + chance.randrange(1, 4) :]
        case 3:
            other = chance.randrange(len(token) + 1)
            return token[:at] + token[other : other + 20] + token[at + 20 :]
        case _:
            return token[:at].swapcase() + token[at:]


def test_a_token_is_valid_from_the_skew_before_its_birth_until_before_its_end() -> None:
    """Half-open, as every interval of ours; five seconds between our own machines' clocks."""
    token = hostile.token()
    born, ended = (datetime.fromtimestamp(hostile.SECOND + s, UTC) for s in (-60, 540))
    instant = timedelta(microseconds=1)
    skew = timedelta(seconds=5)
    assert _verify(token, born - skew)
    assert _verify(token, ended - instant)
    for moment in (born - skew - instant, ended, ended + timedelta(days=365)):
        with pytest.raises(TokenRefused):
            _verify(token, moment)


def test_a_genuine_token_is_refused_by_another_service() -> None:
    """SECURITY R3."""
    with pytest.raises(TokenRefused):
        _verify(hostile.token(), issuer="https://other.example")
    with pytest.raises(TokenRefused):
        _verify(hostile.token(), audience="https://other.example")


@pytest.mark.parametrize("signer", Purpose)
@pytest.mark.parametrize("verifier", Purpose)
def test_a_key_serves_its_own_purpose_alone(signer: Purpose, verifier: Purpose) -> None:
    """SECURITY R2: every key against every verifier, all keys in one shared map."""
    profiles = {
        purpose: jose.Profile(
            purpose, ACCESS_TOKEN.header, ACCESS_TOKEN.texts, 4096, ACCESS_TOKEN.longest
        )
        for purpose in Purpose
    }
    keys = {
        purpose: SigningKey.of(purpose, ec.generate_private_key(ec.SECP256R1()))
        for purpose in Purpose
    }
    shared = {key.kid: key.verification for key in keys.values()}
    token = jose.sign(profiles[signer], keys[signer], CLAIMS)

    def verified() -> dict[str, Any]:
        return jose.verify(
            profiles[verifier], shared, token, issuer=ISSUER, audience=AUDIENCE, now=NOW
        )

    if signer is verifier:
        assert verified() == CLAIMS
        return
    with pytest.raises(TokenRefused):
        verified()


@given(
    st.dictionaries(
        st.text(max_size=10).filter(lambda name: name not in {*CLAIMS, "nbf"}),
        st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.lists(st.booleans()),
        max_size=5,
    )
)
def test_what_is_signed_is_verified(more: dict[str, Any]) -> None:
    try:
        token = jose.sign(ACCESS_TOKEN, GENUINE, {**CLAIMS, **more})
    except ValueError:
        return
    assert _verify(token) == {**CLAIMS, **more}
    assert token.isascii()
    assert len(token) <= 4096


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"exp": True}, "exp is not a whole number"),
        ({"exp": hostile.SECOND + 541}, "exp is not within"),
        ({"iat": hostile.SECOND - 60.0}, "not float"),
        ({"aud": [AUDIENCE]}, "aud is not a text"),
        ({"sub": ""}, "sub is not a text"),
        ({"note": "x" * 4096}, "over 4096"),
    ],
    ids=lambda value: str(value)[:30],
)
def test_what_would_be_refused_is_not_signed(change: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        jose.sign(ACCESS_TOKEN, GENUINE, {**CLAIMS, **change})


def test_a_key_of_another_purpose_does_not_sign() -> None:
    with pytest.raises(ValueError, match="cursor signs no access-token"):
        jose.sign(ACCESS_TOKEN, hostile.OTHER_PURPOSE, CLAIMS)


def test_the_forger_knows_what_it_forges() -> None:
    """The forged spellings are what their names say, so that each meets its own check."""
    assert {"+", "/"} & set(hostile.SEGMENTS["symbols of plain base64"])
    for place, name in enumerate(("header", "payload", "signature")):
        spelling = hostile.SEGMENTS[f"spare bits in the {name}"].split(".")[place]
        with pytest.raises(base64url.NotBase64Url):
            base64url.decode(spelling)
    assert 4096 < len(hostile.CLAIM_SETS["one byte over 4 kB"]) <= 4098
    assert len(hostile.of_size(4096)) in {4095, 4096}
