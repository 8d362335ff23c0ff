"""Whether fewer articles than usual have something: a date, a picture, the usual length. Pure.

Each article either has it or lacks it. `score` is a one-sided CUSUM (Page 1954): the logarithm of how much better the
articles since `since` fit a fifth of the usual share than the usual share itself, never below 0. Let p be the usual share:
an article that has it takes ln 5 = 1.6 off the score, one that lacks it adds ln((1 - p/5) / (1 - p)). At `ALARM` = 12 it is
told.

How often that is wrong. While the usual share lasts, articles are on average at least e^12 = 163,000 apart from one false
alarm to the next (Lorden 1971); of a list judged as a whole, at most one in e^12 is (Markov's inequality for a
likelihood ratio). p is the lower end of Wilson's 95 % interval and never above 0.95, so that little experience makes
cautious, and a handful of odd articles is none: of articles that all had it, after 20 it takes 7 in a row without, after 60
and more it takes 5.
"""

import math
from collections.abc import Sequence
from typing import NamedTuple

ALARM = 12.0
OVER = ALARM / 2  # below it an alarm ends: after four articles in a row that have it
ENOUGH = 10  # articles before anything is judged

_WORSE = 0.2  # of the usual share, the alternative that is tested
_SURE = 1.645  # one-sided 95 %
_MOST = 0.95
_LEAST = 0.25  # a share below it tells nothing by falling
_MEMORY = 200.0  # articles; older ones fade
ACCEPTED = 28 * 86400.0  # seconds; what has lasted for so long is usual by now


class Share(NamedTuple):
    """`had` of `seen` articles make the usual share; `run_had` of `run_seen` are those since `since`, of which the score speaks.

    `since` is in seconds since 1970, 0 where there is no such run.
    """

    had: float = 0.0
    seen: float = 0.0
    score: float = 0.0
    since: float = 0.0
    run_had: int = 0
    run_seen: int = 0
    alarm: bool = False

    @property
    def usual(self) -> float:
        """The usual share as it was observed, 0 to 1."""
        return self.had / self.seen if self.seen else 0.0


def observe(share: Share, outcomes: Sequence[bool], whole: tuple[int, int], now: float) -> Share:
    """The share after a visit: `outcomes` of its new articles, oldest first, and how many of how many in its list have it.

    The list as a whole is judged by itself each time, as the same articles stand in it again and again.
    """
    if share.seen < ENOUGH:
        return _learned(share, sum(outcomes), len(outcomes))
    have, lack = _gains(_cautious(share))
    for had in outcomes:
        share = _step(share, have if had else lack, had=had, now=now)
    evidence = whole[0] * have + (whole[1] - whole[0]) * lack
    if evidence >= ALARM and not share.alarm:
        share = share._replace(score=ALARM, since=share.since or now, run_had=whole[0], run_seen=whole[1], alarm=True)
    elif evidence >= ALARM:
        share = share._replace(score=ALARM)
    elif evidence <= -OVER:
        share = share._replace(score=0.0)
    return _settled(share)


def accepted(share: Share, now: float) -> Share:
    """What has been so for four weeks is taken for usual."""
    if share.alarm and share.since and now - share.since > ACCEPTED and share.run_seen >= ENOUGH:
        return Share(float(share.run_had), float(share.run_seen))
    return share


def _step(share: Share, gain: float, *, had: bool, now: float) -> Share:
    score = min(max(share.score + gain, 0.0), ALARM)
    if not share.alarm and score <= 0:
        return _learned(_settled(share._replace(score=0.0)), int(had), 1)
    return share._replace(
        score=score,
        since=share.since or now,
        run_had=share.run_had + had,
        run_seen=share.run_seen + 1,
        alarm=share.alarm or score >= ALARM,
    )


def _settled(share: Share) -> Share:
    """What turned out to be chance is learned from; what was an alarm is not, and is forgotten when it is over."""
    if share.alarm:
        return Share(share.had, share.seen) if share.score <= OVER else share
    if share.score <= 0 and share.run_seen:
        return _learned(Share(share.had, share.seen), share.run_had, share.run_seen)
    return share


def _learned(share: Share, had: int, seen: int) -> Share:
    total = share.seen + seen
    fading = _MEMORY / total if total > _MEMORY else 1.0
    return share._replace(had=(share.had + had) * fading, seen=total * fading)


def _cautious(share: Share) -> float:
    """The lower end of Wilson's interval for the usual share."""
    n, p, z2 = share.seen, share.usual, _SURE * _SURE
    middle, spread = p + z2 / (2 * n), _SURE * math.sqrt(p * (1 - p) / n + z2 / (4 * n * n))
    return min((middle - spread) / (1 + z2 / n), _MOST)


def _gains(usual: float) -> tuple[float, float]:
    """What an article adds to the score that has it, and one that lacks it."""
    if usual < _LEAST:
        return 0.0, 0.0
    return math.log(_WORSE), math.log((1 - _WORSE * usual) / (1 - usual))
