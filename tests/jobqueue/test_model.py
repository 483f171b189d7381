"""The entry's state machine, explored by random walks of workers, persons and the dispatcher.

The queue's promises hold after each step, and at the end all work gets done.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest
from django.db import transaction
from django.db.models import F
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from jobqueue import (
    breaker,
    changes,
    database,
    endings,
    hints,
    lanes,
    pauses,
    repair,
    retention,
    transitions,
)
from jobqueue import claim as claiming
from jobqueue.endings import Failure
from jobqueue.errors import Cancelled, ClaimLost, Halt, Refused, Retry
from jobqueue.models import (
    JobQueueCategory,
    JobQueueEntry,
    JobQueueLogEntry,
    JobQueuePause,
    LogStatus,
    Priority,
    Status,
)
from jobqueue.once import run_once
from jobqueue.requests import request
from jobqueue.running import Outcome, RunningJob
from tests.jobqueue.conftest import KIND, given_handler
from tests.jobqueue.played import Worker

HOUR = timedelta(hours=1)
LIMITS = {"ONE": 1, "TWO": 2}
TIMES = (
    "earliest_start",
    "planned_start",
    "lease_until",
    "hint_until",
    "expiration",
    "started",
    "last_progress_at",
    "changed",
)
MOVES: list[Callable[[int], object]] = [
    transitions.make_ready,
    transitions.restart,
    transitions.run_now,
    transitions.hold,
    transitions.cancel,
    transitions.delete,
    lambda entry_id: transitions.set_priority(entry_id, Priority.HIGH),
]
ENDINGS: dict[str, Callable[[JobQueueEntry], object]] = {
    "succeed": lambda entry: endings.succeed(entry, Outcome()),
    "go on": lambda entry: endings.succeed(entry, Outcome(), then=claiming.claim_next),
    "retry": lambda entry: endings.fail(entry, Failure("away"), then=claiming.claim_next),
    "shop away": lambda entry: endings.fail(entry, Failure("away", about_shop=True)),
    "halt": lambda entry: endings.fail(entry, Failure("broken", final=True)),
    "snooze": lambda entry: endings.snooze(entry, HOUR, "later"),
    "give back": endings.give_back,
    "cancel": endings.cancel,
}
SCHEDULE = {"recurring": True, "monday": True, "minutes_between_runs": 30}
NO_SCHEDULE = {"recurring": False, "monday": False, "minutes_between_runs": 0}
EDITS: list[dict[str, Any]] = [
    {"category": ""},
    {"category": "ONE"},
    {"category": "NEW"},
    {"priority": Priority.LOW, "urgency": Priority.LOW},
    {"max_attempts": 0, "rerun_delay": 0},
    SCHEDULE,
    NO_SCHEDULE,
]
PICK = st.integers(0, 30)


class Undo(Exception):
    """Takes back what an example wrote."""


def entries() -> list[int]:
    return list(JobQueueEntry.objects.order_by("pk").values_list("pk", flat=True))


def pass_time(by: timedelta) -> None:
    """Let the clock go on, by moving all that is written down back."""
    JobQueueEntry.objects.update(**{name: F(name) - by for name in TIMES})
    JobQueueLogEntry.objects.update(started=F("started") - by, ended=F("ended") - by)
    JobQueuePause.objects.update(until=F("until") - by)


def everything() -> list[Any]:
    """All that the queue has written, but for who asked when."""
    tables = (JobQueueEntry, JobQueueLogEntry, JobQueueCategory, JobQueuePause)
    return [row for table in tables for row in table.objects.order_by("pk").values()]


def once_settled(entry: JobQueueEntry) -> datetime:
    """When a failed entry may be removed."""
    ends = [run.ended for run in entry.log_entries.all()]
    assert all(ends), "what is in Error does not run"
    return max(end for end in ends if end) + transitions.SETTLED


def workers_run(queue: Queue) -> bool:
    return bool(queue.busy())


class Queue(RuleBasedStateMachine):
    """Three workers, two lanes, two locks."""

    def __init__(self) -> None:
        super().__init__()
        self.taken_back = transaction.atomic()
        self.taken_back.__enter__()
        self.names = (f"played-{number}" for number in itertools.count())
        self.workers = [Worker.born(next(self.names)) for _ in range(3)]
        self.limits = dict(LIMITS)
        self.began_before: set[tuple[int, int]] = set()  # a limit was lowered
        self.acknowledged: set[int] = set()
        self.fences: Counter[int] = Counter()
        self.swept: dict[int, tuple[int, int]] = {}  # log rows that were old: of entry and fence
        self.copies_run = 0

    @initialize()
    def two_lanes(self) -> None:
        for code, limit in LIMITS.items():
            JobQueueCategory.objects.create(code=code, limit=limit)
            for number in range(2):
                entry, _created = request(KIND, category=code, parameters={"n": number})
                self.acknowledged.add(entry.pk)

    # What people and reports ask for

    @rule(
        shop=st.sampled_from(["", "DEMO"]),
        category=st.sampled_from(["", *LIMITS]),
        lock=st.sampled_from(["", "DEMO/orders", "DEMO/stock"]),
        parameters=st.sampled_from([{}, {"a": 1}]),
        later=st.sampled_from([timedelta(0), HOUR]),
        more=st.sampled_from(
            [{}, {}, {"monday": True, "minutes_between_runs": 30}, {"max_attempts": 1}]
        ),
        expires=st.booleans(),
    )
    def ask(self, later: timedelta, more: dict[str, Any], *, expires: bool, **wanted: Any) -> None:
        start = database.clock() + later
        entry, _created = request(
            KIND,
            earliest_start=start,
            expiration=start + 3 * HOUR if expires else None,
            lock_key=wanted.pop("lock"),
            **wanted,
            **more,
        )
        self.acknowledged.add(entry.pk)

    @precondition(lambda self: self.acknowledged)
    @rule(pick=PICK, move=st.sampled_from(MOVES))
    def move(self, pick: int, move: Callable[[int], object]) -> None:
        entry_id = self.entry(pick)
        if self.changed(lambda: move(entry_id)) and move is transitions.delete:
            self.acknowledged.discard(entry_id)

    @precondition(lambda self: self.acknowledged)
    @rule(pick=PICK, values=st.sampled_from(EDITS))
    def edit(self, pick: int, values: dict[str, Any]) -> None:
        self.changed(lambda: changes.keep(self.anyone(pick), **values))
        if JobQueueCategory.objects.filter(pk=values.get("category")).exists():
            self.limits.setdefault(values["category"], 1)

    @precondition(lambda self: self.acknowledged)
    @rule(pick=PICK, parameters=st.sampled_from([{}, {"a": 1}]))
    def ask_otherwise(self, pick: int, parameters: dict[str, int]) -> None:
        self.changed(lambda: changes.keep_parameters(self.anyone(pick), parameters, None))

    @precondition(lambda self: self.acknowledged)
    @rule(
        pick=PICK,
        end=st.sampled_from([None, Halt("broken"), Retry("away", about_shop=True)]),
    )
    def once(self, pick: int, end: Exception | None) -> None:
        """A copy runs here; the entry stays as it is, but that its lane may have been freed."""

        def handler(_job: RunningJob) -> Outcome:
            if end is not None:
                raise end
            return Outcome()

        given_handler(handler)
        original = self.anyone(pick)
        present = entries()
        if not self.changed(lambda: run_once(original.pk)):
            return
        self.copies_run += 1
        assert entries() == present, "only its row in the log remains"
        left = JobQueueEntry.objects.get(pk=original.pk)
        assert (left.fence, left.attempts) == (original.fence, original.attempts)
        assert {original.status, left.status} in ({left.status}, {Status.WAITING, Status.READY})

    @rule()
    def remove_failed(self) -> None:
        errors = JobQueueEntry.objects.filter(status=Status.ERROR, recurring=False)
        settled = {entry.pk: once_settled(entry) for entry in errors}
        self.goes(settled, transitions.remove_failed)

    # What workers do

    @precondition(lambda self: self.acknowledged and self.idle())
    @rule(pick=PICK, due=st.booleans())
    def hear_a_message(self, pick: int, *, due: bool) -> None:
        """Of any entry: messages are doubled, late and out of order."""
        worker = self.idle()[0]
        waiting = list(JobQueueEntry.objects.due()) if due else []
        entry_id = waiting[pick % len(waiting)].pk if waiting else self.entry(pick)
        worker.takes(partial(claiming.claim, entry_id))
        self.begins_unpaused(worker)

    @precondition(workers_run)
    @rule(who=PICK, how=st.sampled_from(list(ENDINGS)))
    def end(self, who: int, how: str) -> None:
        worker = self.worker(who)
        mine, before = self.holds(worker), everything()
        ended = worker.ends(lambda: ENDINGS[how](worker.run.entry))
        assert ended == mine, "only who holds the entry may end it"
        if not mine:
            assert everything() == before, "a stale worker changes nothing"
        self.begins_unpaused(worker)

    @precondition(workers_run)
    @rule(who=PICK)
    def beat(self, who: int) -> None:
        worker = self.worker(who)
        mine, before = self.holds(worker), everything()
        worker.held.renewed -= 15
        worker.held.look()
        assert worker.held.lost != mine
        if mine:
            with suppress(Cancelled):
                worker.held.check()
        else:
            assert everything() == before
            with pytest.raises(ClaimLost):
                worker.held.check()

    @precondition(workers_run)
    @rule(who=PICK, parameters=st.integers(2, 9))
    def write(self, who: int, parameters: int) -> None:
        """A run writes in its own transaction, which only its holder can commit."""
        worker = self.worker(who)
        mine, before = self.holds(worker), everything()
        try:
            with worker.held.transaction():
                runs = JobQueueLogEntry.objects.filter(pk=worker.run.log_id)
                runs.update(counts={"read": parameters})
        except ClaimLost:
            assert not mine
            assert everything() == before
        else:
            assert mine

    @precondition(workers_run)
    @rule(who=PICK)
    def freeze(self, who: int) -> None:
        """The worker sleeps past its lease, and another has its entry when it wakes."""
        worker = self.worker(who)
        if not self.holds(worker):
            return
        pass_time(timedelta(minutes=1))
        repair.repair()
        assert not self.holds(worker)
        for other in self.idle()[:1]:
            other.takes(partial(claiming.claim, worker.run.entry.pk))

    @rule(who=PICK)
    def kill(self, who: int) -> None:
        place = who % len(self.workers)
        self.workers[place].dies()
        self.workers[place] = Worker.born(next(self.names))

    # What happens by itself

    @rule(by=st.sampled_from([timedelta(seconds=20), timedelta(minutes=40), 4 * HOUR]))
    def wait(self, by: timedelta) -> None:
        pass_time(by)

    @rule(shop=st.sampled_from(["", "DEMO"]), length=st.sampled_from([None, HOUR]))
    def pause(self, shop: str, length: timedelta | None) -> None:
        pauses.pause(shop, until=database.clock() + length if length else None)

    @rule(shop=st.sampled_from(["", "DEMO"]))
    def resume(self, shop: str) -> None:
        with suppress(Refused):
            pauses.resume(shop)

    @rule(rests=st.booleans())
    def rest(self, *, rests: bool) -> None:
        """The shop is disabled, or enabled."""
        if rests:
            pauses.rest("DEMO", "It is disabled.")
        else:
            pauses.end_rest("DEMO")

    @rule()
    def sweep(self) -> None:
        """What has been kept long enough goes, and nothing else."""
        runs = JobQueueLogEntry.objects.exclude(ended=None)
        was = {run.pk: (run.entry_id or 0, run.fence) for run in runs}
        since = database.clock() - retention.KEPT
        old = set(runs.filter(ended__lt=since).values_list("pk", flat=True))
        finished = JobQueueEntry.objects.filter(status=Status.FINISHED)
        self.goes({entry.pk: entry.changed + retention.KEPT for entry in finished}, retention.clean)
        gone = was.keys() - set(runs.values_list("pk", flat=True))
        assert old <= gone
        self.swept |= {pk: was[pk] for pk in gone}

    @rule()
    def ring(self) -> None:
        rung = hints.choose(hints.window())
        assert len(set(rung)) == len(rung)

    @rule()
    def mend(self) -> None:
        repair.repair()
        leased = JobQueueEntry.objects.running().filter(lease_until__lt=database.clock())
        assert not leased.exists(), "nobody runs on a lease that is over"
        asleep = [lane for lane in database.rows(lanes.ASLEEP) if lane[0] or not lane[1]]
        assert not asleep, "no lane with room has only entries that wait"

    @rule(code=st.sampled_from(list(LIMITS)), by=st.sampled_from([1, -1]))
    def change_the_limit(self, code: str, by: int) -> None:
        """What runs already runs on."""
        self.limits[code] = max(self.limits[code] + by, 1)
        JobQueueCategory.objects.filter(pk=code).update(limit=self.limits[code])
        self.began_before |= set(JobQueueEntry.objects.running().values_list("pk", "fence"))

    # What always holds

    @invariant()
    def lanes_and_locks_hold(self) -> None:
        running = list(JobQueueEntry.objects.running())
        for code, limit in self.limits.items():
            lane = [entry for entry in running if entry.category == code]
            assert len({entry.slot for entry in lane}) == len(lane), code
            begun = [run for run in lane if (run.pk, run.fence) not in self.began_before]
            assert not begun or len(lane) <= limit, code
            assert all(1 <= entry.slot <= limit for entry in begun), code
        locks = Counter(entry.lock_key for entry in running if entry.lock_key)
        assert set(locks.values()) <= {1}, locks

    @invariant()
    def one_waits_for_the_same(self) -> None:
        asked = Counter(
            JobQueueEntry.objects.queued()
            .filter(recurring=False)
            .exclude(lock_key="")
            .values_list("lock_key", "parameters_hash")
        )
        assert set(asked.values()) <= {1}, asked

    @invariant()
    def who_runs_is_known(self) -> None:
        for entry in JobQueueEntry.objects.all():
            runs = entry.status == Status.IN_PROCESS
            assert (entry.owner != "", entry.lease_until is not None) == (runs, runs), entry.status

    @invariant()
    def nothing_is_lost_and_every_run_has_its_row(self) -> None:
        found = {entry.pk: entry for entry in JobQueueEntry.objects.all()}
        assert set(found) == self.acknowledged
        rows: dict[int, list[tuple[int, str]]] = {pk: [] for pk in found}
        for pk, fence in self.swept.values():
            if pk in rows:
                rows[pk].append((fence, "swept"))
        for pk, fence, status in JobQueueLogEntry.objects.exclude(entry=None).values_list(
            "entry_id", "fence", "status"
        ):
            rows[pk].append((fence, status))
        for pk, entry in found.items():
            assert entry.fence >= self.fences[pk], "the fence never falls"
            self.fences[pk] = entry.fence
            assert sorted(fence for fence, _ in rows[pk]) == list(range(1, entry.fence + 1))
            open_runs = [fence for fence, status in rows[pk] if status == LogStatus.IN_PROCESS]
            assert open_runs == ([entry.fence] if entry.status == Status.IN_PROCESS else [])
        runs = sum(self.fences.values()) + self.copies_run - len(self.swept)
        assert JobQueueLogEntry.objects.count() == runs, "the log outlives its entries"

    # The end

    def teardown(self) -> None:
        try:
            self.all_gets_done()
        finally:
            for worker in self.workers:
                worker.dies()
            with suppress(Undo):
                self.taken_back.__exit__(Undo, Undo(), None)

    def all_gets_done(self) -> None:
        """However it stands: kill all, start one worker, and nothing due is left."""
        for worker in self.workers:
            worker.dies()
        self.workers = [Worker.born(next(self.names))]
        pauses.end_rest("DEMO")
        for paused in JobQueuePause.objects.filter(made_by="person"):
            pauses.resume(paused.shop)
        for _round in range(2 * len(self.acknowledged) + 2):
            repair.repair()
            pass_time(timedelta(minutes=20))
            self.work_off(hints.choose(hints.window()))
            self.lanes_and_locks_hold()
            self.nothing_is_lost_and_every_run_has_its_row()
        late = JobQueueEntry.objects.due().filter(recurring=False)
        assert not late.exists(), list(late.values("pk", "status", "category", "lock_key"))
        assert not JobQueueEntry.objects.running().exists()

    def work_off(self, rung: list[int]) -> None:
        [worker] = self.workers
        for entry_id in rung:
            worker.takes(partial(claiming.claim, entry_id))
            if worker.claim is not None:
                worker.ends(lambda: endings.succeed(worker.run.entry, Outcome()))

    # Words of the rules

    def entry(self, pick: int) -> int:
        found = entries()
        return found[pick % len(found)]

    def anyone(self, pick: int) -> JobQueueEntry:
        return JobQueueEntry.objects.get(pk=self.entry(pick))

    def changed(self, change: Callable[[], object]) -> bool:
        """Whether it was not refused."""
        before = everything()
        try:
            change()
        except Refused:
            assert everything() == before, "what is refused writes nothing"
            return False
        return True

    def goes(self, due: dict[int, datetime], remove: Callable[[], object]) -> None:
        """Entries are removed once they are due, all of them and no other."""
        present, before = set(entries()), database.clock()
        remove()
        gone, after = present - set(entries()), database.clock()
        assert {pk for pk, at in due.items() if at < before} <= gone
        assert gone <= {pk for pk, at in due.items() if at <= after}
        self.acknowledged -= gone

    def begins_unpaused(self, worker: Worker) -> None:
        if worker.claim is not None:
            entry = worker.claim.entry
            paused = pauses.of(entry.shop, database.clock())
            assert {pause.probe for pause in paused} <= {entry.pk}, "a pause lets only a probe in"

    def idle(self) -> list[Worker]:
        return [worker for worker in self.workers if worker.claim is None]

    def busy(self) -> list[Worker]:
        return [worker for worker in self.workers if worker.claim is not None]

    def worker(self, who: int) -> Worker:
        """One that believes to run something."""
        found = self.busy()
        return found[who % len(found)]

    def holds(self, worker: Worker) -> bool:
        """Whether the worker's run is still its own, by what the database says."""
        mine = worker.run.entry
        running = JobQueueEntry.objects.running()
        return running.filter(pk=mine.pk, fence=mine.fence, owner=worker.name).exists()


@pytest.mark.django_db
def test_whatever_happens_in_whatever_order_the_promises_hold(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(breaker, "FAILURES_TO_PAUSE", 2)  # so that short walks get there
    monkeypatch.setattr(retention, "KEPT", timedelta(minutes=30))
    run_state_machine_as_test(
        Queue,
        settings=settings(
            max_examples=20,
            stateful_step_count=30,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
