"""What the product refuses, and why. HTTP's status codes are the web's business."""

from __future__ import annotations


class Refusal(Exception):
    """Something was asked that the product does not do.

    message     an English sentence, possibly with %(name)s places; the web translates it
    facts       the values for those places
    """

    def __init__(self, message: str, **facts: object):
        super().__init__(message % facts if facts else message)
        self.message = message
        self.facts = facts


class NotFound(Refusal):
    """It does not exist, or the actor may not know that it does."""


class NotAllowed(Refusal):
    """The actor may see it but not do this to it."""


class Stale(Refusal):
    """The actor worked from an old version; `current` is the version to catch up to."""

    def __init__(self, *, seen: int, current: int):
        super().__init__(
            "The paper has moved on from version %(seen)s to %(current)s.",
            seen=seen,
            current=current,
        )
        self.seen, self.current = seen, current


class Late(Refusal):
    """A deadline has passed."""


class Invalid(Refusal):
    """A value is not acceptable; `field` names the place in the form or message."""

    def __init__(self, field: str, message: str, **facts: object):
        super().__init__(message, **facts)
        self.field = field


class TooMany(Refusal):
    """The same was tried too often; `seconds` says when to come back."""

    def __init__(self, *, seconds: int):
        super().__init__("Too many attempts. Please wait %(seconds)s seconds.", seconds=seconds)
        self.seconds = seconds
