"""Many amendments carried along at once end where each by itself would."""

from __future__ import annotations

from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from strategy.text.compare import compare
from strategy.text.fingerprint import canonical
from strategy.text.merge import carry_along
from strategy.text.merge_carry import carry_all
from strategy.text.merge_edits import edits_of
from strategy.text.positions import plain_text
from strategy.text.tracked import accept, change_ids, reject
from tests.text.documents import a_document, edited
from tests.text.test_merge import BASE, doc_of


def test_what_stands_is_carried_and_what_changed_is_not():
    base = doc_of(*BASE)
    moved = doc_of("Vorab.", BASE[0], BASE[1].replace("zwei", "drei"), BASE[2])
    wanted = [
        compare(base, doc_of(BASE[0], BASE[1], "Das gilt morgen.")),
        compare(base, doc_of(BASE[0], BASE[1].replace("zwei", "vier"), BASE[2])),
        compare(base, doc_of(BASE[0], BASE[1].replace("ein.", "schriftlich ein."), BASE[2])),
    ]
    edits = [edits_of(base, each) for each in wanted]
    first, second, third = carry_all(base, moved, wanted, edits, ["a1", "a2", "a3"])
    assert second is None
    assert plain_text(accept(first)).split("\n") == [
        "Vorab.", BASE[0], "Er lädt drei Wochen vorher ein.", "Das gilt morgen.",
    ]  # fmt: skip
    assert "drei Wochen vorher schriftlich ein" in plain_text(accept(third))
    assert reject(first) == reject(third) == moved


@settings(max_examples=100)
@given(st.integers(0, 10**9))
def test_carried_at_once_as_carried_alone(seed):
    random = Random(seed)
    blocks = [block for _ in range(4) for block in a_document(random)["content"]]
    base = canonical({**a_document(random), "content": blocks})
    moved = edited(base, random, times=random.randint(1, 5))
    moved = canonical({**moved, "attrs": base["attrs"]})
    wanted = [
        compare(base, {**edited(base, random, times=2), "attrs": base["attrs"]}, author=f"a{n}")
        for n in range(3)
    ]
    edits = [edits_of(base, each) for each in wanted]
    made = carry_all(base, moved, wanted, edits, ["a0", "a1", "a2"])
    for amendment, carried in zip(wanted, made, strict=True):
        alone = carry_along(base, amendment, moved, author="a")
        assert (carried is None) == (alone is None)
        if carried is not None and alone is not None:
            assert reject(carried) == moved
            assert accept(carried) == accept(alone)
            assert all(change.startswith("a") for change in change_ids(carried))
