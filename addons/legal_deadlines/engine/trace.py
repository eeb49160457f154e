"""What a computation notes on its way: steps, doubts, the holidays that mattered."""

from .result import Doubt, Step


class Trace:
    __slots__ = ("steps", "doubts", "holidays")

    def __init__(self):
        self.steps, self.doubts, self.holidays = [], [], []

    def step(self, code, article, day, **params):
        self.steps.append(Step(code, article, day, params))

    def doubt(self, code, article, safe=None, **params):
        self.doubts.append(Doubt(code, article, safe, params))

    def saw(self, holiday):
        if holiday is not None and holiday not in self.holidays:
            self.holidays.append(holiday)
