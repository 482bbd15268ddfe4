"""Files kept by their content: once, whole, and not past their size (DESIGN §2, SECURITY R26)."""

import io
import os
import tracemalloc
from hashlib import sha256
from pathlib import Path

import pytest
from obstore.exceptions import GenericError
from obstore.store import MemoryStore

from app.platform import storage
from app.platform.storage import (
    CHUNK,
    BucketStorage,
    FolderStorage,
    Storage,
    StorageUnavailable,
    TooLarge,
    build,
)
from app.settings import UnusableSettings, load

CONTENT = b"Licence 1203/076/77\n" * 10_000
DIGEST = sha256(CONTENT).hexdigest()


@pytest.fixture(params=["folder", "bucket"])
def kept(request: pytest.FixtureRequest, tmp_path: Path) -> Storage:
    if request.param == "folder":
        return FolderStorage(tmp_path / "documents")
    return BucketStorage(MemoryStore())


def test_what_is_put_comes_back_under_the_hash_of_its_content(kept: Storage) -> None:
    for content in (CONTENT, b""):
        stored = kept.put(io.BytesIO(content), most=len(content))
        assert (stored.digest, stored.size) == (sha256(content).hexdigest(), len(content))
        assert b"".join(kept.open(stored.digest)) == content


def test_the_same_bytes_are_kept_once(tmp_path: Path) -> None:
    folder = FolderStorage(tmp_path)
    first, again = (folder.put(io.BytesIO(CONTENT), most=len(CONTENT)) for _ in range(2))
    assert first == again
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == [DIGEST]


def test_one_byte_too_many_keeps_nothing(kept: Storage, tmp_path: Path) -> None:
    with pytest.raises(TooLarge, match="at most 199999 bytes"):
        kept.put(io.BytesIO(CONTENT), most=len(CONTENT) - 1)
    with pytest.raises(FileNotFoundError):
        kept.open(DIGEST)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_a_file_that_breaks_off_leaves_nothing_behind(kept: Storage, tmp_path: Path) -> None:
    class BreaksOff(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            if self.tell() > CHUNK:
                raise OSError("the connection is gone")
            return super().read(size)

    with pytest.raises(StorageUnavailable):
        kept.put(BreaksOff(CONTENT), most=len(CONTENT))
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_a_file_has_its_name_only_once_it_is_on_the_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Power may go at any moment: a name without its bytes must not be seen (SECURITY R32)."""
    seen: list[tuple[str, bool]] = []
    sync = os.fsync

    def watched(descriptor: int) -> None:
        name = Path(f"/proc/self/fd/{descriptor}").readlink()
        seen.append(("file" if name.is_file() else "folder", (tmp_path / DIGEST[:2]).exists()))
        sync(descriptor)

    monkeypatch.setattr(os, "fsync", watched)
    FolderStorage(tmp_path).put(io.BytesIO(CONTENT), most=len(CONTENT))
    assert seen == [("file", False), ("folder", True), ("folder", True)]


def test_files_are_for_their_owner_alone(tmp_path: Path) -> None:
    FolderStorage(tmp_path / "documents").put(io.BytesIO(CONTENT), most=len(CONTENT))
    for path in (tmp_path / "documents", *(tmp_path / "documents").rglob("*")):
        assert path.stat().st_mode & 0o077 == 0


def test_a_large_file_passes_through_in_chunks(tmp_path: Path) -> None:
    large = tmp_path / "large"
    with large.open("wb") as file:
        file.truncate(64 * 1024 * 1024)
    folder = FolderStorage(tmp_path / "documents")
    tracemalloc.start()
    with large.open("rb") as source:
        stored = folder.put(source, most=64 * 1024 * 1024)
    assert sum(len(chunk) for chunk in folder.open(stored.digest)) == stored.size
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 1024 * 1024


def test_a_store_that_does_not_answer_is_named_as_such() -> None:
    class Away(BucketStorage):
        def _path(self, digest: str) -> str:
            raise GenericError("no route to the store")

    away = Away(MemoryStore())
    with pytest.raises(StorageUnavailable, match="could not be kept"):
        away.put(io.BytesIO(CONTENT), most=len(CONTENT))
    with pytest.raises(StorageUnavailable, match="could not be read"):
        away.open(DIGEST)


def test_what_is_received_is_gone_when_it_was_judged() -> None:
    with storage.received() as file:
        file.write(CONTENT)
        path = Path(str(file.name))
        assert path.exists()
    assert not path.exists()


@pytest.fixture
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.mark.usefixtures("_elsewhere")
def test_the_settings_say_where_files_are_kept(tmp_path: Path) -> None:
    build(load()).put(io.BytesIO(CONTENT), most=len(CONTENT))
    assert (tmp_path / "data" / "documents" / DIGEST[:2] / DIGEST).is_file()
    assert isinstance(build(load(storage_url="s3://certification/files")), BucketStorage)


@pytest.mark.parametrize(
    "url", ["documents", "file:///srv", "s3://", "https://x.example/b", "s3://key:secret@bucket"]
)
def test_an_address_that_is_no_bucket_is_refused(url: str) -> None:
    with pytest.raises(UnusableSettings, match=r"^ERC_STORAGE_URL: must be the address of a buck"):
        load(storage_url=url)
