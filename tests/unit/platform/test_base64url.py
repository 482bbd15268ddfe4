import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.platform import base64url


@given(st.binary(max_size=100))
def test_what_is_written_is_read_back(content: bytes) -> None:
    assert base64url.decode(base64url.encode(content)) == content


@given(st.text("ABab01_-=+/ \n\u0661", max_size=12))
def test_each_content_has_one_spelling(text: str) -> None:
    """RFC 7515 §2: anything else that would decode is another token with the same meaning."""
    try:
        content = base64url.decode(text)
    except base64url.NotBase64Url:
        return
    assert base64url.encode(content) == text


@pytest.mark.parametrize("text", ["Zg==", "Zg=", "Zh", "Z", "Zm9v\n", " Zm9v", "Z+9v", "é"])
def test_another_spelling_is_refused(text: str) -> None:
    with pytest.raises(base64url.NotBase64Url):
        base64url.decode(text)
