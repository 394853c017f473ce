"""One tree of errors, in the words of whoever asked."""


class EvenhandError(Exception):
    """Something was refused or could not be done; the message says what happened and what to do next."""


class NotAllowed(EvenhandError):
    """The officer does not hold the permission that this needs."""


class NotFound(EvenhandError):
    """There is no such record."""


class Refused(EvenhandError):
    """A rule of the policy or of the log stands against it."""


class DecisionNotRecorded(EvenhandError):
    """A restriction was asked for that no recorded decision of the council covers."""


class PolicyError(EvenhandError):
    """The policy's settings contradict themselves or the law."""


class SettingsError(EvenhandError):
    """Settings that cannot be read; names the file, the key and the line. `key`: empty where it is the file itself."""

    def __init__(self, words: str, key: str = "") -> None:
        super().__init__(words)
        self.key = key


class StoreUnavailable(EvenhandError):
    """The database is locked, full, or away: nothing was saved, and trying again later may help."""


class NothingNoted(EvenhandError):
    """Records were changed and nothing was noted for the audit trail: the whole work is taken back."""
