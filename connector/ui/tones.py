"""Which tone and icon each state has. Templates never choose colours; words come from the models."""

from __future__ import annotations

from typing import NamedTuple


class Tone(NamedTuple):
    name: str  # "ok", "warn", "bad", "info" or "" (neutral): a class of ui.css
    icon: str


NEUTRAL = Tone("", "circle-dashed")

# States of all models by their stored value; where two models share a value, they share the look.
STATES = {
    # job queue entries and their runs
    "ready": Tone("", "clock"),
    "waiting": Tone("", "hourglass"),
    "in_process": Tone("info", "loader"),
    "error": Tone("bad", "octagon-alert"),
    "on_hold": Tone("warn", "circle-pause"),
    "inactive": Tone("", "circle-pause"),
    "finished": Tone("ok", "circle-check"),
    "success": Tone("ok", "circle-check"),
    "issues": Tone("warn", "triangle-alert"),
    "retry": Tone("warn", "rotate-ccw"),
    "cancelled": Tone("", "ban"),
    "snoozed": Tone("", "hourglass"),
    "interrupted": Tone("warn", "rotate-ccw"),
    "expired": Tone("", "ban"),
    # orders and what is made of them
    "unprocessed": Tone("warn", "circle-dashed"),
    "processed": Tone("ok", "file-check"),
    "no_document": Tone("", "minus"),
    "conflict": Tone("warn", "git-compare"),
    "open": Tone("", "pencil"),
    "released": Tone("info", "check"),
    "posting": Tone("info", "loader"),
    "posted": Tone("ok", "circle-check"),
    "completed": Tone("ok", "circle-check"),
    "pending": Tone("", "clock"),
    "sending": Tone("info", "loader"),
    "sent": Tone("ok", "circle-check"),
    "nothing_to_send": Tone("", "minus"),
    "failed": Tone("bad", "octagon-alert"),
    # what a person did with an order
    "done": Tone("ok", "circle-check"),
    "refused": Tone("bad", "octagon-alert"),
    "needless": Tone("", "minus"),
    # returns, by Shopify's words
    "REQUESTED": Tone("warn", "circle-dashed"),
    "OPEN": Tone("info", "rotate-ccw"),
    "CLOSED": Tone("ok", "circle-check"),
    "DECLINED": Tone("", "x"),
    "CANCELED": Tone("", "ban"),
    # what of Shopify is not in the books
    "trouble": Tone("bad", "octagon-alert"),
    "expected": Tone("", "hourglass"),
    # of a dry run
    "created": Tone("ok", "plus"),
    "updated": Tone("info", "pencil"),
    # mappings, skipped records
    "mapped": Tone("ok", "link-2"),
    "unmapped": Tone("warn", "unlink-2"),
    "skipped": Tone("", "skip-forward"),
    "rejected": Tone("bad", "octagon-alert"),
    "resolved": Tone("ok", "circle-check"),
    "dismissed": Tone("", "x"),
    # products, by Shopify's words
    "ACTIVE": Tone("ok", "circle-check"),
    "DRAFT": Tone("", "pencil"),
    "ARCHIVED": Tone("", "minus"),
    "UNLISTED": Tone("", "eye"),
    "gone": Tone("bad", "trash-2"),
    # pictures
    "uploading": Tone("info", "loader"),
    "processing": Tone("info", "hourglass"),
    "removed": Tone("warn", "unlink-2"),
    "shown": Tone("ok", "circle-check"),
    # shops
    "unchecked": Tone("", "circle-dashed"),
    "connected": Tone("ok", "plug"),
    "attention": Tone("bad", "octagon-alert"),
    "disabled": Tone("", "ban"),
    "high_risk": Tone("bad", "shield"),
    "test": Tone("", "tag"),
    # cues
    "favorable": Tone("ok", "check"),
    "ambiguous": Tone("warn", "triangle-alert"),
    "unfavorable": Tone("bad", "octagon-alert"),
    "subordinate": Tone("", "minus"),
    "none": Tone("", "minus"),
}


def tone_of(state: str) -> Tone:
    """Return the look of `state`; a state nobody gave one is neutral."""
    return STATES.get(state, NEUTRAL)
