"""The audit as a queue entry: every night, all books and their agreement with Shopify."""

from __future__ import annotations

from datetime import time

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from connector.sync.audit import broken_links
from erp.audit import broken_invariants, missing_guards
from erp.audit_sql import QUERIES
from erp.models import Company
from jobqueue.errors import Halt
from jobqueue.models import JobQueueEntry
from jobqueue.registry import Kind
from jobqueue.requests import request
from jobqueue.running import Outcome, RunningJob

NUMBER = 50100  # BC keeps 50000 to 99999 for what is not its own
NAME = "audit"
LABEL = gettext_lazy("Audit the books")
AT = time(2, 30)  # local
WHOLE_CHECKS = 5  # the guards, and those of `connector.sync.audit`
TOLD = 20  # sentences in the log entry; the command tells all


def kind() -> Kind:
    return Kind(NUMBER, NAME, LABEL, run_audit)


def install_audit(zone: str) -> tuple[JobQueueEntry, bool]:
    """Let all books be audited each night. One that a person has changed or stopped stays so."""
    return request(
        NAME,
        idem_key="books/audit",
        lock_key="books/audit",
        date_formula="1D",
        starting_time=AT,
        zone=zone,
    )


def request_audit(company: str = "", owner_id: int | None = None) -> tuple[JobQueueEntry, bool]:
    """Audit now: the books of one company, or all and their agreement with Shopify."""
    parameters = {"company": company} if company else {}
    return request(NAME, parameters=parameters, lock_key="books/audit", owner_id=owner_id)


def run_audit(job: RunningJob) -> Outcome:
    """Handler. What is broken makes the run one with issues, and stands in its message."""
    code = job.parameters.get("company", "")
    company = Company.objects.filter(code=code).first()
    if code and company is None:
        raise Halt(_("The company %s does not exist.") % code)
    broken = [f"{one.invariant}: {one.sentence}" for one in broken_invariants(company)]
    job.checkpoint()
    if company is None:
        broken += [f"{one.invariant}: {one.sentence}" for one in missing_guards()]
        broken += [f"{one.invariant}: {one.sentence}" for one in broken_links()]
    checks = len(QUERIES) + (WHOLE_CHECKS if company is None else 0)
    return Outcome(
        counts={"read": checks, "rejected": len(broken)},
        message=_message(broken),
        issues=len(broken),
    )


def _message(broken: list[str]) -> str:
    if not broken:
        return _("The books add up.")
    lines = broken[:TOLD]
    if (more := len(broken) - TOLD) > 0:
        lines.append(ngettext("And %(count)d more.", "And %(count)d more.", more) % {"count": more})
    return "\n".join(lines)
