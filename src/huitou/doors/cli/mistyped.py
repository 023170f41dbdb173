"""A command line that cannot be read is refused like everything else: what is wrong, and what to do."""

from __future__ import annotations

import re
from typing import Any

from huitou.kernel.errors import N_, HuitouError

# As the parser says it, in English: what was typed, and what it resembles.
_NO_SUCH_COMMAND = re.compile(
    r"No such command (?P<quote>['\"])(?P<name>.*?)(?P=quote)(?P<near>\. Did you mean .*|)$", re.S
)
_QUOTED = re.compile(r"'([^']+)'")
_SEE_HELP = N_("`{command} --help` shows how it is written.")


class CommandUnknown(HuitouError):
    code = "command_unknown"
    message = N_("There is no such command: {name}.")
    next_step = N_("`{command} --help` lists the commands.")


class CommandNearlyKnown(HuitouError):
    code = "command_nearly_known"
    message = N_("There is no such command: {name}.")
    next_step = N_("Perhaps you mean {near}. `{command} --help` lists the commands.")


class OptionUnknown(HuitouError):
    code = "option_unknown"
    message = N_("There is no option {name} here.")
    next_step = _SEE_HELP


class ArgumentMissing(HuitouError):
    code = "argument_missing"
    message = N_("{name} is missing.")
    next_step = _SEE_HELP


class ValueUnfit(HuitouError):
    code = "value_unfit"
    message = N_("The value of {name} cannot be used: {reason}.")
    next_step = _SEE_HELP


class CommandMistyped(HuitouError):
    code = "command_mistyped"
    message = N_("The command cannot be read: {reason}.")
    next_step = _SEE_HELP


def mistyped(error: Any) -> HuitouError:
    """The refusal for an error of the parser. Its classes are told by name: they live in the parser's private parts."""
    context = getattr(error, "ctx", None)
    command = getattr(context, "command_path", None) or "huitou"
    reason = error.format_message().rstrip(".")
    match type(error).__name__:
        case "NoSuchOption":
            return OptionUnknown(name=error.option_name, command=command)
        case "MissingParameter":
            return ArgumentMissing(name=_name(error), command=command)
        case "BadParameter":
            why, name = str(error.message).rstrip(".。"), _name(error)
            return (
                ValueUnfit(name=name, reason=why, command=command)
                if name
                else CommandMistyped(reason=why, command=command)
            )
        case "UsageError" if found := _NO_SUCH_COMMAND.match(reason):
            name, near = found["name"], ", ".join(_QUOTED.findall(found["near"]))
            if near:
                return CommandNearlyKnown(name=name, near=near, command=command)
            return CommandUnknown(name=name, command=command)
    return CommandMistyped(reason=reason, command=command)


def _name(error: Any) -> str:
    """How the person writes it: `--map`, or FILE where it has no name on the command line; empty: nobody said which."""
    if error.param is None:
        return str(error.param_hint or "")
    first = str(error.param.opts[0])
    return first if first.startswith("-") else first.upper()
