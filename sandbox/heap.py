"""The garbage collector, kept from walking a shop that is no garbage again and again."""

from __future__ import annotations

import gc

# Answers are made of dicts without cycles: they go by reference count, and a collection in the
# middle of a page of 250 orders finds nothing. The default of 700 makes big pages half as fast.
ALLOCATIONS = 200_000


def settle() -> None:
    """Take all that is there now for permanent, and look for garbage seldom from here on."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(ALLOCATIONS, 20, 20)
