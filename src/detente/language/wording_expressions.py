"""What is said about mistakes in expressions: code to (headline, remedy), templates over the problem's facts."""

EXPRESSION_WORDS: dict[str, tuple[str, str]] = {}
