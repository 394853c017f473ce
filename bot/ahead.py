"""Long work: many messages known beforehand, taken in one after another while the next few are parsed and read.

Nothing is recorded here and nothing is found otherwise: the pipeline asks for each message as it does in the live
service, and is answered sooner.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime
from types import TracebackType

from bot.mailbox.ports import Raw
from bot.pipeline import Pipeline, not_beforehand
from classifiers.ahead import ahead
from models.message import Message


class Ahead:
    """`line` is the pipeline to take the messages with. Use as a context manager."""

    def __init__(self, line: Pipeline, look: Callable[[Message], object]) -> None:
        """`look` finds out what the classifiers will ask for, and remembers it; safe from several threads."""
        self._reader = line.reader
        self._look = look
        self._parsing = ThreadPoolExecutor(1, thread_name_prefix="parsing")  # a parser serves one thread
        self._parsed: dict[tuple[bytes, datetime], Future[Message]] = {}
        self.line = replace(line, reader=self, beforehand=not_beforehand)

    def over(self, messages: Iterable[Raw]) -> Iterator[Raw]:
        """The same messages in the same order, each to be taken before the next is asked for."""
        for raw, _ in ahead(self._begun(messages), self._look_at):
            yield raw
            self._parsed.pop(_key(raw), None)

    def parse(self, content: bytes, *, received_at: datetime) -> Message:
        """The message, parsed already or now. Raises what the pipeline's own reader raises."""
        begun = self._parsed.get((content, received_at))
        return begun.result() if begun is not None else self._begin(content, received_at).result()

    def _begun(self, messages: Iterable[Raw]) -> Iterator[tuple[Raw, Future[Message] | None]]:
        """What need not be read is not: the classifiers never look at it."""
        for raw in messages:
            begun = self._begin(raw.content, raw.server_time) if self.line.to_be_read(raw) else None
            if begun is not None:
                self._parsed[_key(raw)] = begun
            yield raw, begun

    def _begin(self, content: bytes, received_at: datetime) -> Future[Message]:
        return self._parsing.submit(self._reader.parse, content, received_at=received_at)

    def _look_at(self, coming: tuple[Raw, Future[Message] | None]) -> None:
        _, begun = coming
        if begun is not None:
            self._look(begun.result())

    @property
    def held(self) -> int:
        """How many parsed messages wait for their turn."""
        return len(self._parsed)

    def close(self) -> None:
        self._parsing.shutdown(cancel_futures=True)

    def __enter__(self) -> Ahead:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _key(raw: Raw) -> tuple[bytes, datetime]:
    return raw.content, raw.server_time
