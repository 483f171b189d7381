"""A7: our reports only process; what asks for a document of one is refused with a sentence."""

from __future__ import annotations

import pytest

from connector.sync.batches import BATCHES
from connector.sync.parameters import BadParameters, checked
from connector.sync.report import Declared
from connector.sync.reports import REPORTS
from jobqueue.models import JobQueueEntry

ALL: list[Declared] = [*REPORTS, *BATCHES]


@pytest.mark.parametrize("declared", ALL, ids=lambda one: one.name)
def test_a7_an_output_type_is_refused(declared: Declared) -> None:
    with pytest.raises(BadParameters, match="The report has no option “output_type”"):
        checked(declared, {}, {"output_type": "PDF"})


def test_a7_an_entry_has_no_output_type() -> None:
    assert not [f.name for f in JobQueueEntry._meta.get_fields() if "output" in f.name]
