"""A shop's points in Redis or Valkey, for workers on several machines. The arithmetic is bucket's.

One script, so each move is atomic; the clock is Redis's own, so the machines' clocks do not matter.
"""

from __future__ import annotations

from collections.abc import Callable

import redis

from connector.shopify.bucket import CallCost, Level, Reservation, Shortfall

_LIFE = 86_400  # seconds; a bucket nobody used for a day is full, and the default is close enough

# KEYS[1] the bucket; ARGV: now or '', then the move and its numbers. Numbers go back as text, since
# Redis cuts Lua's numbers to integers. Mirrors bucket.reserve and bucket.after line by line.
_SCRIPT = """
local now = tonumber(ARGV[1])
if not now then
  local time = redis.call('TIME')
  now = time[1] + time[2] / 1000000
end
local b = {available = %(available)r, at = now, maximum = %(maximum)r, restore = %(restore)r,
           in_flight = 0, settled = 0}
local stored = redis.call('HGETALL', KEYS[1])
for i = 1, #stored, 2 do b[stored[i]] = tonumber(stored[i + 1]) end
b.available = math.min(b.maximum, b.available + math.max(0, now - b.at) * b.restore)
b.at = math.max(b.at, now)

local answer = {}
local cost = tonumber(ARGV[3])
if ARGV[2] == 'reserve' then
  local need = math.min(cost + tonumber(ARGV[4]), b.maximum)
  if b.available < need then
    return {'wait', string.format('%%.17g', (need - b.available) / b.restore)}
  end
  b.available = b.available - cost
  b.in_flight = b.in_flight + cost
  answer = {'mark', string.format('%%.17g', b.settled)}
else
  local unseen = b.settled + b.in_flight - tonumber(ARGV[4]) - cost
  b.in_flight = math.max(0, b.in_flight - cost)
  b.settled = b.settled + cost
  if ARGV[5] then
    local server = tonumber(ARGV[6])
    local refunded = b.available + cost - tonumber(ARGV[5])
    b.available = math.min(server, math.max(refunded, server - unseen))
    b.maximum = tonumber(ARGV[7])
    b.restore = tonumber(ARGV[8])
  end
end
local flat = {}
for name, value in pairs(b) do
  flat[#flat + 1] = name
  flat[#flat + 1] = string.format('%%.17g', value)
end
redis.call('HSET', KEYS[1], unpack(flat))
redis.call('EXPIRE', KEYS[1], %(life)d)
return answer
"""


class RedisBucket:
    """A bucket for all workers that reach one Redis."""

    def __init__(
        self,
        client: redis.Redis,
        key: str,
        *,
        start: Level | None = None,
        clock: Callable[[], float] | None = None,
    ) -> None:
        """`start` is the level of a bucket that is not there yet; `clock` None is Redis's own."""
        level = start or Level()
        values = {
            "available": level.available,
            "maximum": level.maximum,
            "restore": level.restore,
            "life": _LIFE,
        }
        self._run = client.register_script(_SCRIPT % values)
        self._key = key
        self._clock = clock

    def reserve(self, cost: int, *, floor: int) -> Reservation | Shortfall:
        word, number = self._move("reserve", cost, floor)
        if word == "wait":
            return Shortfall(float(number))
        return Reservation(cost, float(number))

    def settle(self, reservation: Reservation, told: CallCost | None) -> None:
        numbers: list[float] = [reservation.cost, reservation.mark]
        if told is not None:
            numbers += [told.actual or 0, told.available, told.maximum, told.restore]
        self._move("settle", *numbers)

    def _move(self, move: str, *numbers: float) -> list[str]:
        now = "" if self._clock is None else repr(self._clock())
        answer = self._run(keys=[self._key], args=[now, move, *map(repr, numbers)])
        return [part.decode() if isinstance(part, bytes) else part for part in answer]
