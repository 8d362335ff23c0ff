class SyndicatorError(Exception):
    """What went wrong, as a sentence for a person, and what to do next.

    The cause, where there is one, is chained (`raise … from`) and meant for the log.
    """

    exit_code = 1

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message}\n{self.hint}" if self.hint else self.message


class ConfigurationError(SyndicatorError):
    """config.toml cannot be used; `message` holds one line per mistake."""

    exit_code = 2
