"""A refusal that helps: a stable code, what happened, what to do next."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import ClassVar


def N_(text: str) -> str:  # noqa: N802 - the name that message extractors know
    """Mark `text` for the translators; a door translates it when it is said."""
    return text


@dataclass(frozen=True, slots=True)
class Phrase:
    """A fact of a refusal that is words of ours and no name of the shop's: an English template and what fills it, said
    in the language of the sentence that it stands in. `raw`: how a file writes it."""

    template: str
    facts: Mapping[str, object] = field(default_factory=dict)
    raw: str = ""


def filled(template: str, facts: Mapping[str, object], say: Callable[[str], str] = str, *, raw: bool = False) -> str:
    """The template in the language of `say`, with its facts; a list of facts is all of them, a tuple one or another.

    `raw`: for whoever writes files: beside each phrase stands how a file writes it.
    """
    return say(template).format(**{name: _fact(fact, say, raw) for name, fact in facts.items()})


def _fact(fact: object, say: Callable[[str], str], raw: bool) -> object:
    if isinstance(fact, list | tuple):
        words = [str(_fact(one, say, raw)) for one in fact]
        last = _OR_WORD if isinstance(fact, tuple) else _WORD
        joins = [_WORD] * (len(words) - 2) + [last]
        return "".join(words[:1]) + "".join(
            say(join).format(word=word) for join, word in zip(joins, words[1:], strict=False)
        )
    if not isinstance(fact, Phrase):
        return fact
    said = filled(fact.template, fact.facts, say, raw=raw)
    return say(_RAW).format(word=said, raw=fact.raw) if raw and fact.raw not in ("", said) else said


_WORD, _OR_WORD = N_(", {word}"), N_(" or {word}")
_RAW = N_("{word} ({raw})")


class HuitouError(Exception):
    """What the product refuses, and what the person can do about it.

    A subclass gives `code` (stable, snake case, listed in docs/errors.md), `message` and `next_step`: English
    templates with `{names}` that are filled from the keyword arguments. Doors translate the templates, so the
    facts stay apart from the words. One that stands for a place in a file or a form may say its own.
    """

    code: str = "refused"
    message: str = N_("Huitou refused this.")
    next_step: str = N_("Ask an administrator.")
    status: ClassVar[int] = 400
    """The HTTP status that a door answers with."""

    def __init__(self, **facts: object) -> None:
        super().__init__(self.code)
        self.facts = facts

    def __str__(self) -> str:
        return filled(self.message, self.facts)

    @property
    def remedy(self) -> str:
        """The next step, in English, with its facts."""
        return filled(self.next_step, self.facts)


class InterruptedAfterwards(KeyboardInterrupt):
    """Ctrl-C that came when what was asked for stood already: `says`, an English template that `facts` fill."""

    def __init__(self, says: str, **facts: object) -> None:
        super().__init__(says)
        self.says, self.facts = says, facts


@dataclass(frozen=True, slots=True)
class Choice:
    """A possible answer to a question: what is written behind its flag, and a word on what that would mean."""

    value: str
    shown: str = ""

    def __str__(self) -> str:
        return f"{self.value} ({self.shown})" if self.shown else self.value


class Question(HuitouError):
    """What is left open and is never guessed: a door asks it, or refuses with it. `flag` carries the answer."""

    code = "question"
    message = N_("Something is left open: {choices}.")
    flag: ClassVar[str] = ""

    def __init__(self, choices: Sequence[Choice], **facts: object) -> None:
        super().__init__(choices=", ".join(map(str, choices)), **facts)
        self.choices = tuple(choices)
        """The answers that are known, likeliest first."""
