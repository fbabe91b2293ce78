"""What processes tell each other: by Redis, for it is quick; the database stays the truth.

A message that is lost does no harm: each process looks at the versions in the database as well.
"""

from __future__ import annotations

import logging
import secrets
import time
from collections.abc import Callable
from typing import Any

import orjson
import redis

from strategy.live.loop import spawn

CHANNEL = "vorlauf:papers"
LONGEST_DELAY = 10.0

logger = logging.getLogger(__name__)

Heard = Callable[[int, dict[str, Any]], None]


class Fanout:
    """Says what happens here, and hears what happens elsewhere."""

    def __init__(self, client: redis.Redis, heard: Heard):
        self.name = secrets.token_hex(8)
        self._client = client
        self._heard = heard
        self._closed = False
        self._waiting: list[bytes] = []
        self._sending = False

    def say(self, paper_id: int, what: dict[str, Any]) -> None:
        """Tell the others, as soon as may be and without waiting for it."""
        self._waiting.append(orjson.dumps({"from": self.name, "paper": paper_id, **what}))
        if not self._sending and not self._closed:
            self._sending = True
            spawn(self._send)

    def _send(self) -> None:
        try:
            while self._waiting:
                batch, self._waiting = self._waiting, []
                pipe = self._client.pipeline(transaction=False)
                for each in dict.fromkeys(batch):
                    pipe.publish(CHANNEL, each)
                pipe.execute()
        except redis.RedisError as trouble:
            self._waiting.clear()
            logger.warning("fan-out: not sent: %r", trouble)
        finally:
            self._sending = False

    def listen(self) -> None:
        """Hear until closed; comes back by itself when the connection is lost."""
        delay = 0.2
        while not self._closed:
            try:
                with self._client.pubsub(  # type: ignore[no-untyped-call]
                    ignore_subscribe_messages=True
                ) as channel:
                    channel.subscribe(CHANNEL)
                    delay = 0.2
                    while not self._closed:
                        message = channel.get_message(timeout=5.0)
                        if message is not None:
                            self._take(message["data"])
            except redis.RedisError as trouble:
                logger.warning("fan-out: not heard: %r", trouble)
                time.sleep(delay)
                delay = min(LONGEST_DELAY, delay * 2)

    def _take(self, data: bytes) -> None:
        try:
            said = orjson.loads(data)
            if said["from"] != self.name:
                self._heard(said["paper"], said)
        except (orjson.JSONDecodeError, KeyError, TypeError) as wrong:
            logger.warning("fan-out: not understood: %r", wrong)

    def close(self) -> None:
        """Stop hearing."""
        self._closed = True


def connect(address: str, heard: Heard) -> Fanout:
    """A fan-out over the Redis server at `address`; it may be away and come back."""
    made = Fanout(redis.Redis.from_url(address, socket_timeout=10.0), heard)
    spawn(made.listen)
    return made
