"""Files kept by their content: the name of a file is the SHA-256 of its bytes.

The same bytes are kept once, and what is kept never changes. A folder of `ERC_DATA_DIR` by default,
a bucket of an S3-compatible store where `ERC_STORAGE_URL` names one. Rooms keep the digest in a row
of their own; a file that no row names is harmless.
"""

import os
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from tempfile import NamedTemporaryFile, TemporaryDirectory
from typing import IO, BinaryIO

import obstore
from obstore.exceptions import BaseError
from obstore.store import MemoryStore, S3Store

from app.kernel.errors import DomainError
from app.settings import Settings

CHUNK = 64 * 1024
"""How many bytes are in memory at a time."""


class TooLarge(DomainError):
    """The file has more bytes than it may have."""

    slug = "body-too-large"


class StorageUnavailable(DomainError):
    """The disk is full, or the store does not answer: the same call may succeed a little later."""

    slug = "unavailable"


@dataclass(frozen=True, slots=True)
class Stored:
    """What is kept: its name, which is the SHA-256 in hex, and how many bytes it has."""

    digest: str
    size: int


class Storage(ABC):
    """Keeps files by their content, whole or not at all."""

    def put(self, source: IO[bytes], *, most: int) -> Stored:
        """Keep what the source holds from here on, at most `most` bytes.

        Once it returns the file outlives a loss of power. Raises TooLarge at the first byte past
        `most`, StorageUnavailable.
        """
        try:
            with TemporaryDirectory(prefix="incoming-", dir=self._incoming()) as folder:
                path = Path(folder) / "file"
                stored = _copy(source, path, most)
                self._keep(path, stored.digest)
        except (OSError, BaseError) as error:
            raise StorageUnavailable("The file could not be kept; try again.") from error
        return stored

    @abstractmethod
    def open(self, digest: str) -> Iterator[bytes]:
        """The bytes of a file, in chunks. Raises FileNotFoundError, StorageUnavailable at once."""

    @abstractmethod
    def _incoming(self) -> Path | None:
        """Where a file waits until it is whole; None: where the machine keeps such files."""

    @abstractmethod
    def _keep(self, path: Path, digest: str) -> None:
        """Make the whole file at `path`, which is on the disk, the one of this digest."""


class FolderStorage(Storage):
    """Files in one folder, in subfolders by the first two digits."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def open(self, digest: str) -> Iterator[bytes]:
        """The bytes of a file, in chunks. Raises FileNotFoundError at once."""
        return _read(self._path(digest).open("rb"))

    def _incoming(self) -> Path:
        self._root.mkdir(mode=0o700, parents=True, exist_ok=True)
        return self._root

    def _keep(self, path: Path, digest: str) -> None:
        kept = self._path(digest)
        kept.parent.mkdir(mode=0o700, exist_ok=True)
        path.replace(kept)
        for folder in (kept.parent, self._root):
            _sync(folder)

    def _path(self, digest: str) -> Path:
        return self._root / digest[:2] / digest


class BucketStorage(Storage):
    """Objects of a store, in prefixes by the first two digits."""

    def __init__(self, store: S3Store | MemoryStore) -> None:
        self._store = store

    def open(self, digest: str) -> Iterator[bytes]:
        """The bytes of an object, in chunks. Raises FileNotFoundError, StorageUnavailable."""
        try:
            found = obstore.get(self._store, self._path(digest))
        except BaseError as error:
            raise StorageUnavailable("The file could not be read; try again.") from error
        return (bytes(chunk) for chunk in found.stream(min_chunk_size=CHUNK))

    def _incoming(self) -> None:
        return None

    def _keep(self, path: Path, digest: str) -> None:
        obstore.put(self._store, self._path(digest), path)

    def _path(self, digest: str) -> str:
        return f"{digest[:2]}/{digest}"


def build(settings: Settings) -> Storage:
    """The storage that the settings name; credentials of a bucket are in the variables `AWS_…`."""
    if settings.storage_url is None:
        return FolderStorage(settings.data_dir / "documents")
    return BucketStorage(S3Store.from_url(settings.storage_url))


@contextmanager
def received() -> Iterator[IO[bytes]]:
    """A file that nobody else sees, to receive what is judged before it is kept."""
    with NamedTemporaryFile(prefix="received-") as file:
        yield file.file


def _copy(source: IO[bytes], path: Path, most: int) -> Stored:
    digest, size = sha256(), 0
    with path.open("xb") as file:
        path.chmod(0o600)
        while chunk := source.read(CHUNK):
            size += len(chunk)
            if size > most:
                raise TooLarge(f"A file may have at most {most} bytes.")
            digest.update(chunk)
            file.write(chunk)
        file.flush()
        os.fsync(file.fileno())
    return Stored(digest.hexdigest(), size)


def _read(file: BinaryIO) -> Iterator[bytes]:
    with file:
        while chunk := file.read(CHUNK):
            yield chunk


def _sync(folder: Path) -> None:
    """Make the names in a folder outlive a loss of power."""
    held = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(held)
    finally:
        os.close(held)
