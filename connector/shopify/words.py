"""Sentences for people, in their language. Who runs this says how: nobody here knows Django.

Modules that speak import `gettext as _`, so that the catalogs find their sentences.
"""

from __future__ import annotations

from collections.abc import Callable

Translate = Callable[[str], str]


class _Language:
    translate: Translate = staticmethod(str)


def gettext(sentence: str) -> str:
    """The sentence in the language of whoever it is for; as it stands until somebody translates."""
    return _Language.translate(sentence)


def gettext_noop(sentence: str) -> str:
    """The sentence as it stands, for the catalogs: `gettext` is asked when it is said."""
    return sentence


def translate_by(translate: Translate) -> None:
    """Let sentences be translated by this from now on, each when it is said."""
    _Language.translate = staticmethod(translate)
