"""Tokens that must be refused, each wrong in one way and otherwise as good as its forger can.

Where a fault can be signed, it is signed with the genuine key: the check itself must hold, not
the signature before it.
"""

import json
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from datetime import UTC, datetime
from hashlib import sha256
from hmac import digest as hmac_digest
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from app.platform.keys import Purpose, SigningKey, public_jwk

# Far ahead: for a verifier that reads the machine's clock these tokens are not over yet.
NOW = datetime(2100, 1, 1, 12, tzinfo=UTC)
SECOND = int(NOW.timestamp())
ISSUER = "https://certification.example"
AUDIENCE = "https://certification.example"
ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551

GENUINE = SigningKey.of(Purpose.ACCESS_TOKEN, ec.derive_private_key(4711, ec.SECP256R1()))
OTHER_PURPOSE = SigningKey.of(Purpose.CURSOR, ec.derive_private_key(4712, ec.SECP256R1()))
STRANGER = SigningKey.of(Purpose.ACCESS_TOKEN, ec.derive_private_key(4713, ec.SECP256R1()))
KEYS = {key.kid: key.verification for key in (GENUINE, OTHER_PURPOSE)}

HEADER: Mapping[str, Any] = {"alg": "ES256", "typ": "at+jwt", "kid": GENUINE.kid}
CLAIMS: Mapping[str, Any] = {
    "iss": ISSUER,
    "aud": AUDIENCE,
    "sub": "0190f0c4-8e2a-7c31-9b53-0d1c2e3f4a5b",
    "client_id": "portal",
    "jti": "0190f0c4-8e2a-7c31-9b53-0d1c2e3f4a5c",
    "iat": SECOND - 60,
    "exp": SECOND + 540,
}


def spell(content: bytes) -> str:
    return urlsafe_b64encode(content).rstrip(b"=").decode()


def raw_signature(message: bytes, key: ec.EllipticCurvePrivateKey = GENUINE.private) -> bytes:
    r, s = decode_dss_signature(key.sign(message, ec.ECDSA(hashes.SHA256())))
    return r.to_bytes(32, "big") + s.to_bytes(32, "big")


def signed(header: bytes | str, payload: bytes | str, key: SigningKey = GENUINE) -> str:
    """Bytes are spelt in base64url first; text stands as it is."""
    parts = [part if isinstance(part, str) else spell(part) for part in (header, payload)]
    message = ".".join(parts)
    return f"{message}.{spell(raw_signature(message.encode(), key.private))}"


def token(
    header: Any = HEADER,
    claims: Any = CLAIMS,
    key: SigningKey = GENUINE,
    *,
    signature: bytes | None = None,
) -> str:
    head, body = (json.dumps(part).encode() for part in (header, claims))
    if signature is None:
        return signed(head, body, key)
    return f"{spell(head)}.{spell(body)}.{spell(signature)}"


def with_header(**members: Any) -> str:
    return token({name: m for name, m in {**HEADER, **members}.items() if m is not ...})


def with_claims(**claims: Any) -> str:
    return token(claims={name: c for name, c in {**CLAIMS, **claims}.items() if c is not ...})


def _mac(secret: bytes) -> str:
    head, body = (json.dumps(p).encode() for p in ({**HEADER, "alg": "HS256"}, CLAIMS))
    message = f"{spell(head)}.{spell(body)}"
    return f"{message}.{spell(hmac_digest(secret, message.encode(), 'sha256'))}"


def _rsa() -> str:
    key = rsa.generate_private_key(65537, 2048)
    head, body = (json.dumps(p).encode() for p in ({**HEADER, "alg": "RS256"}, CLAIMS))
    message = f"{spell(head)}.{spell(body)}"
    signature = key.sign(message.encode(), padding.PKCS1v15(), hashes.SHA256())
    return f"{message}.{spell(signature)}"


def _der() -> str:
    head, body, _ = token().split(".")
    signature = GENUINE.private.sign(f"{head}.{body}".encode(), ec.ECDSA(hashes.SHA256()))
    return f"{head}.{body}.{spell(signature)}"


def _number(r: int, s: int) -> str:
    return token(signature=r.to_bytes(32, "big") + s.to_bytes(32, "big"))


def _spare_bits(place: int) -> str:
    """The same content in another spelling: the last symbol's unused bits are set."""
    content = {**CLAIMS, "pad": ""}
    while len(json.dumps(content)) % 3 != 1 and place == 1:
        content["pad"] += "x"
    head = {**HEADER}
    parts = [json.dumps(head).encode(), json.dumps(content).encode()]
    while len(parts[0]) % 3 != 1:
        parts[0] += b" "
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    spelt = [spell(part) for part in parts]
    if place < 2:
        spelt[place] = spelt[place][:-1] + alphabet[alphabet.index(spelt[place][-1]) + 1]
        return signed(spelt[0], spelt[1])
    whole = signed(spelt[0], spelt[1])
    return whole[:-1] + alphabet[alphabet.index(whole[-1]) + 1]


def _as_json() -> str:
    head, body, signature = token().split(".")
    return json.dumps({"protected": head, "payload": body, "signature": signature})


_GENUINE_TOKEN = token()
_HEAD, _BODY, _SIGNATURE = _GENUINE_TOKEN.split(".")
_HEAD_JSON = json.dumps(HEADER).encode()
_BODY_JSON = json.dumps(CLAIMS).encode()
_PUBLIC = GENUINE.private.public_key()
_PEM = _PUBLIC.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
_DER_KEY = _PUBLIC.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
_JWK = public_jwk(_PUBLIC)
_STRANGERS_JWK = public_jwk(STRANGER.private.public_key())

ALGORITHMS = {
    "none, unsigned": token({**HEADER, "alg": "none"}, signature=b""),
    "none, signed": with_header(alg="none"),
    "None": token({**HEADER, "alg": "None"}, signature=b""),
    "nOnE": token({**HEADER, "alg": "nOnE"}, signature=b""),
    "HMAC with the public key as PEM": _mac(_PEM),
    "HMAC with the public key as DER": _mac(_DER_KEY),
    "HMAC with the public key as JWK": _mac(json.dumps(_JWK).encode()),
    "HMAC with x": _mac(_JWK["x"].encode()),
    "HMAC with nothing": _mac(b""),
    "RS256 of a key made for it": _rsa(),
    "ES384": with_header(alg="ES384"),
    "ES512": with_header(alg="ES512"),
    "ES256K": with_header(alg="ES256K"),
    "PS256": with_header(alg="PS256"),
    "EdDSA": with_header(alg="EdDSA"),
    "lower case": with_header(alg="es256"),
    "trailing space": with_header(alg="ES256 "),
    "no algorithm": with_header(alg=...),
    "null": with_header(alg=None),
    "a list": with_header(alg=["ES256"]),
    "a number": with_header(alg=256),
}

HEADERS = {
    "crit": with_header(crit=["exp"], exp=SECOND),
    "empty crit": with_header(crit=[]),
    "b64": with_header(b64=False),
    "zip": with_header(zip="DEF"),
    "cty": with_header(cty="JWT"),
    "jku": with_header(jku="https://attacker.example/jwks.json"),
    "x5u": with_header(x5u="https://attacker.example/x.pem"),
    "x5c": with_header(x5c=["MIIB"]),
    "x5t": with_header(x5t="dGVzdA"),
    "jwk of a stranger who signed": token({**HEADER, "jwk": _STRANGERS_JWK}, key=STRANGER),
    "an unknown member": with_header(extra=1),
    "no kid": with_header(kid=...),
    "a stranger's kid": token({**HEADER, "kid": STRANGER.kid}, key=STRANGER),
    "a kid of another purpose": token({**HEADER, "kid": OTHER_PURPOSE.kid}, key=OTHER_PURPOSE),
    "an empty kid": with_header(kid=""),
    "kid null": with_header(kid=None),
    "kid a number": with_header(kid=0),
    "kid a list": with_header(kid=[GENUINE.kid]),
    "kid an object": with_header(kid={"kid": GENUINE.kid}),
    "kid a path": with_header(kid="../../../dev/null"),
    "kid SQL": with_header(kid="' OR 1=1 --"),
    "kid in other case": with_header(kid=GENUINE.kid.swapcase()),
    "typ JWT": with_header(typ="JWT"),
    "typ of a credential": with_header(typ="vc+jwt"),
    "typ in capitals": with_header(typ="AT+JWT"),
    "typ with its prefix": with_header(typ="application/at+jwt"),
    "no typ": with_header(typ=...),
    "typ null": with_header(typ=None),
    "alg twice": signed(_HEAD_JSON[:-1] + b',"alg":"ES256"}', _BODY_JSON),
    "alg none, then ES256": signed(b'{"alg":"none",' + _HEAD_JSON[1:], _BODY_JSON),
    "kid twice, escaped": signed(_HEAD_JSON[:-1] + b',"\\u006bid":"x"}', _BODY_JSON),
    "a list": signed(b"[" + _HEAD_JSON + b"]", _BODY_JSON),
    "a text": signed(json.dumps(_HEAD_JSON.decode()).encode(), _BODY_JSON),
    "an empty object": signed(b"{}", _BODY_JSON),
    "null": signed(b"null", _BODY_JSON),
    "no JSON": signed(b"alg=ES256", _BODY_JSON),
    "a byte order mark": signed(b"\xef\xbb\xbf" + _HEAD_JSON, _BODY_JSON),
    "UTF-16": signed(_HEAD_JSON.decode().encode("utf-16"), _BODY_JSON),
    "a byte after it": signed(_HEAD_JSON + b"\x00", _BODY_JSON),
    "deep": signed(b'{"alg":' + b"[" * 900 + b"]" * 900 + b"}", _BODY_JSON),
    "deeper": signed(b"[" * 2900, b"{}"),
}

SEGMENTS = {
    "nothing": "",
    "dots": "..",
    "one": _HEAD,
    "two": f"{_HEAD}.{_BODY}",
    "two and a dot": f"{_HEAD}.{_BODY}.",
    "four": f"{_GENUINE_TOKEN}.{_SIGNATURE}",
    "five, as an encrypted one": f"{_HEAD}.{_BODY}.{_SIGNATURE}.{_BODY}.{_SIGNATURE}",
    "the JSON form": _as_json(),
    "no header": f".{_BODY}.{_SIGNATURE}",
    "no payload": signed(_HEAD_JSON, b""),
    "a space before": f" {_GENUINE_TOKEN}",
    "a space after": f"{_GENUINE_TOKEN} ",
    "a line end after": f"{_GENUINE_TOKEN}\n",
    "a line end within": signed(f"{_HEAD[:9]}\n{_HEAD[9:]}", _BODY),
    "a NUL after": f"{_GENUINE_TOKEN}\0",
    "Bearer before": f"Bearer {_GENUINE_TOKEN}",
    "quotes around": f'"{_GENUINE_TOKEN}"',
    "padding after the header": signed(f"{_HEAD}==", _BODY),
    "padding after the payload": signed(_HEAD, f"{_BODY}="),
    "padding after the signature": f"{_GENUINE_TOKEN}==",
    "symbols of plain base64": signed(
        _HEAD,
        spell(_BODY_JSON[:-1] + ',"x":"ÿ?>~ÿ?>~ÿ?>~"}'.encode())
        .replace("-", "+")
        .replace("_", "/"),
    ),
    "a symbol outside the alphabet": signed(f"{_HEAD}!", _BODY),
    "a digit of another script": f"{_HEAD}.{_BODY}.{_SIGNATURE[:-1]}\u0661",
    "spare bits in the header": _spare_bits(0),
    "spare bits in the payload": _spare_bits(1),
    "spare bits in the signature": _spare_bits(2),
    "a length no content has": f"{_HEAD}.{_BODY}.{_SIGNATURE[:-1]}",
}

SIGNATURES = {
    "a stranger's": token(key=STRANGER),
    "another purpose's key": token(key=OTHER_PURPOSE),
    "of another payload": f"{_HEAD}.{with_claims(sub='root').split('.')[1]}.{_SIGNATURE}",
    "of another header": f"{with_header(kid=STRANGER.kid).split('.')[0]}.{_BODY}.{_SIGNATURE}",
    "empty": token(signature=b""),
    "one byte": token(signature=b"\0"),
    "63 bytes": token(signature=raw_signature(f"{_HEAD}.{_BODY}".encode())[:-1]),
    "65 bytes": token(signature=raw_signature(f"{_HEAD}.{_BODY}".encode()) + b"\0"),
    "a zero before it": token(signature=b"\0" + raw_signature(f"{_HEAD}.{_BODY}".encode())),
    "128 bytes": token(signature=raw_signature(f"{_HEAD}.{_BODY}".encode()) * 2),
    "96 bytes, as of P-384": token(signature=b"\1" * 96),
    "as DER": _der(),
    "zeros": _number(0, 0),
    "r zero": _number(0, 1),
    "s zero": _number(1, 0),
    "r the order": _number(ORDER, 1),
    "s the order": _number(1, ORDER),
    "both the order": _number(ORDER, ORDER),
    "the largest": _number(2**256 - 1, 2**256 - 1),
    "ones": _number(1, 1),
    "a hash instead": token(signature=sha256(f"{_HEAD}.{_BODY}".encode()).digest() * 2),
    "halves swapped": token(
        signature=(lambda s: s[32:] + s[:32])(raw_signature(f"{_HEAD}.{_BODY}".encode()))
    ),
}

TIMES = {
    "over": with_claims(iat=SECOND - 600, exp=SECOND - 1),
    "over this second": with_claims(exp=SECOND),
    "without exp": with_claims(exp=...),
    "exp null": with_claims(exp=None),
    "exp a fraction": with_claims(exp=SECOND + 540.0),
    "exp a text": with_claims(exp=str(SECOND + 540)),
    "exp a date": with_claims(exp="2100-01-01T12:09:00Z"),
    "exp true": with_claims(exp=True, iat=0),
    "both bools": with_claims(exp=True, iat=False),
    "exp a list": with_claims(exp=[SECOND + 540]),
    "exp enormous": with_claims(exp=10**30),
    "exp Infinity": signed(_HEAD_JSON, json.dumps({**CLAIMS, "exp": float("inf")}).encode()),
    "exp NaN": signed(_HEAD_JSON, json.dumps({**CLAIMS, "exp": float("nan")}).encode()),
    "exp 1e400": signed(_HEAD_JSON, _BODY_JSON.replace(str(SECOND + 540).encode(), b"1e400")),
    "exp exponential": signed(_HEAD_JSON, _BODY_JSON.replace(str(SECOND + 540).encode(), b"41e8")),
    "too long a life": with_claims(exp=SECOND - 60 + 601),
    "exp before iat": with_claims(iat=SECOND + 4, exp=SECOND + 3),
    "no life at all": with_claims(iat=SECOND + 4, exp=SECOND + 4),
    "without iat": with_claims(iat=...),
    "iat null": with_claims(iat=None),
    "iat a fraction": with_claims(iat=SECOND - 60.5),
    "iat a text": with_claims(iat=str(SECOND - 60)),
    "iat ahead": with_claims(iat=SECOND + 6),
    "nbf ahead": with_claims(nbf=SECOND + 6),
    "nbf a fraction": with_claims(nbf=SECOND - 60.0),
    "nbf true": with_claims(nbf=True),
    "nbf null": with_claims(nbf=None),
}

CLAIM_SETS = {
    "another issuer": with_claims(iss="https://other.example"),
    "issuer with a slash": with_claims(iss=f"{ISSUER}/"),
    "issuer in capitals": with_claims(iss=ISSUER.upper()),
    "issuer in a list": with_claims(iss=[ISSUER]),
    "without issuer": with_claims(iss=...),
    "another audience": with_claims(aud="https://other.example"),
    "audience in a list": with_claims(aud=[AUDIENCE]),
    "audience among others": with_claims(aud=[AUDIENCE, "https://other.example"]),
    "audience longer": with_claims(aud=f"{AUDIENCE}.attacker.example"),
    "audience null": with_claims(aud=None),
    "without audience": with_claims(aud=...),
    "without subject": with_claims(sub=...),
    "subject empty": with_claims(sub=""),
    "subject a number": with_claims(sub=0),
    "subject true": with_claims(sub=True),
    "without client": with_claims(client_id=...),
    "client a list": with_claims(client_id=["portal"]),
    "without jti": with_claims(jti=...),
    "a list": token(claims=[CLAIMS]),
    "a text": token(claims=json.dumps(CLAIMS)),
    "null": token(claims=None),
    "an empty object": token(claims={}),
    "sub twice": signed(_HEAD_JSON, _BODY_JSON[:-1] + b',"sub":"root"}'),
    "exp twice": signed(_HEAD_JSON, _BODY_JSON[:-1] + b',"exp":4102488540}'),
    "exp twice, escaped": signed(_HEAD_JSON, _BODY_JSON[:-1] + b',"\\u0065xp":9999999999}'),
    "NUL": with_claims(sub="root\0"),
    "half a character": with_claims(sub="\ud800"),
    "not UTF-8": signed(_HEAD_JSON, _BODY_JSON[:-1] + b',"x":"\xff"}'),
    "a byte order mark": signed(_HEAD_JSON, b"\xef\xbb\xbf" + _BODY_JSON),
    "no JSON": signed(_HEAD_JSON, b"sub=root"),
    "a byte after it": signed(_HEAD_JSON, _BODY_JSON + b"]"),
    "deep": signed(_HEAD_JSON, _BODY_JSON[:-1] + b',"x":' + b"[" * 40 + b"]" * 40 + b"}"),
    "deeper": signed(_HEAD_JSON, _BODY_JSON[:-1] + b',"x":' + b"[" * 2000),
    "over 4 kB": with_claims(note="x" * 4096),
    "one byte over 4 kB": "",
    "a megabyte": with_claims(note="x" * 2**20),
}


def of_size(size: int) -> str:
    """A genuine token of so many bytes, as near as base64url comes to it from below."""
    padded = max(0, (size - len(_GENUINE_TOKEN)) * 3 // 4 - 16)
    while len(longer := with_claims(note="x" * padded)) <= size:
        padded, found = padded + 1, longer
    return found


CLAIM_SETS["one byte over 4 kB"] = of_size(4098)

ALL = {
    f"{kind}: {name}": hostile
    for kind, tokens in {
        "algorithm": ALGORITHMS,
        "header": HEADERS,
        "segments": SEGMENTS,
        "signature": SIGNATURES,
        "times": TIMES,
        "claims": CLAIM_SETS,
    }.items()
    for name, hostile in tokens.items()
}
