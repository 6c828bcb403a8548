"""restd-inet completion: shell completion, made from the option tables and the routes.

A shell's script is complete in itself: nothing of restd-inet runs while somebody types.
"""

from __future__ import annotations

import sys

from restd_inet import commands, lazy, options
from restd_inet.app.api import EVERYTHING
from restd_inet.app.plugins import parser_names, plugin_names
from restd_inet.app.router import PAGES
from restd_inet.option_values import METHODS, Usage
from restd_inet.options import COMMANDS, Option

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

OPTIONS = (Option("-h --help", "help", False, "print this and exit"),)
_USAGE = """\
Usage: restd-inet completion bash|zsh|fish

Prints the completion of restd-inet for a shell:

  . <(restd-inet completion bash)                            in ~/.bashrc
  restd-inet completion zsh > ~/.zfunc/_restd-inet           a directory of fpath
  restd-inet completion fish > ~/.config/fish/completions/restd-inet.fish
"""
_REQUESTS = ("get", "post", "delete")
_HEALTH = ("/healthz", "/livez", "/readyz")
#: What completes the value of an option, by its metavar: words, or one of these.
_FILES, _USERS, _GROUPS = "files", "users", "groups"


class Command:
    """A sub-command, or the program itself (""): its options, and the words that may follow."""

    def __init__(self, name: str, options: Sequence[Option], words: Sequence[str], help: str) -> None:
        self.name = name
        self.options = options
        self.words = words
        self.help = help


def main(arguments: Sequence[str]) -> int:
    """Prints the script; the exit status. Raises Usage."""
    given, rest = options.split(arguments[1:], OPTIONS)
    if given:
        sys.stdout.write(_USAGE)
        return 0
    if len(rest) != 1 or rest[0] not in SHELLS:
        raise Usage(f"completion: expected one of: {', '.join(SHELLS)}")
    sys.stdout.write(SHELLS[rest[0]]())
    return 0


def suggestions(query: str) -> str:
    """What --autocomplete prints, as slurmrestd: the flags that contain the query, then an empty line."""
    short = query[:1] == "-" or query[:1].isalpha()
    long = len(query) > 1 or query[:1].isalpha()
    found = []
    for option in options.OPTIONS:
        for flag in option.flags:
            is_long = flag.startswith("--")
            if (long if is_long else short) and query in flag:
                found.append(flag + "=" * (is_long and option.read is not None))
    return "".join(f"{flag}\n" for flag in found) + "\n" if found else ""


def _commands() -> list[Command]:
    """The program, then its sub-commands."""
    found = [Command("", options.OPTIONS, [*COMMANDS, "localhost:6820", "unix:"], "")]
    for name, module in COMMANDS.items():
        own = lazy.module(f"restd_inet.cli.{module}").OPTIONS
        found.append(Command(name, own, _words(name), _HELP[name]))
    return found


#: A sub-command, in a few words.
_HELP = {
    "get": "send a GET request",
    "post": "send a POST request",
    "delete": "send a DELETE request",
    "submit": "submit a batch script, as sbatch does",
    "watch": "print changes of jobs, nodes, partitions or reservations",
    "token": "make a token",
    "completion": "print shell completion",
    "prepare": "make every start faster",
    "setup": "print or write service files",
}


def _words(name: str) -> list[str]:
    if name in _REQUESTS:
        return _paths(name.upper())
    return list(getattr(lazy.module(f"restd_inet.cli.{COMMANDS[name]}"), "WORDS", ()))


def _paths(method: str) -> list[str]:
    """The paths of a method at the newest version, up to their first parameter."""
    newest = max(EVERYTHING.numbers)
    found: dict[str, None] = {}
    for family in EVERYTHING.families:
        prefix = "" if family == "slurm" else f"/{family}/latest/"
        for module in commands.every([family]):
            for route in getattr(module, "ROUTES", ()):
                if route.method == method and route.since <= newest <= route.until:
                    path = "/".join(route.path).partition("{")[0]
                    found[prefix + path] = None
    pages = [f"/{name}" for name in PAGES] + list(_HEALTH) if method == "GET" else []
    return sorted(found) + sorted(pages)


def _values(option: Option) -> str | Iterable[str]:
    values: dict[str, str | Callable[[], Iterable[str]]] = {
        "METHODS": lambda: METHODS,
        "PLUGINS": lambda: [name.rpartition("/")[2] for name in plugin_names()],
        "PARSERS": lambda: [name.rpartition("/")[2] for name in parser_names()],
        "LAYOUT": lambda: ("auto", "compact", "pretty"),
        "FILE": _FILES,
        "DIRECTORY": _FILES,
        "USER": _USERS,
        "USER[:GROUP]": _USERS,
        "GROUP": _GROUPS,
    }
    found = values.get(option.metavar, ())
    return found() if callable(found) else found


# bash(1): COMPREPLY.

_BASH = """\
# bash completion of restd-inet: made by "restd-inet completion bash"
_restd_inet()
{{
    local cur=${{COMP_WORDS[COMP_CWORD]}} prev=${{COMP_WORDS[COMP_CWORD-1]}} command=${{COMP_WORDS[1]}}
    [ "$COMP_CWORD" -gt 1 ] || command=
    if [ "$cur" = "=" ]; then
        cur=
    elif [ "$prev" = "=" ]; then
        prev=${{COMP_WORDS[COMP_CWORD-2]}}
    fi
    COMPREPLY=()
    # "@" begins a word of its own (COMP_WORDBREAKS): the file that a body is in.
    if [ "$cur" = "@" ] || [ "$prev" = "@" ]; then
        compopt -o filenames 2>/dev/null
        COMPREPLY=($(compgen -f -- "${{cur#@}}"))
        return
    fi
    case $command in
{cases}    esac
    [[ ${{COMPREPLY[0]-}} != */ && ${{COMPREPLY[0]-}} != *: ]] || compopt -o nospace 2>/dev/null
}}
complete -F _restd_inet restd-inet
"""


def _bash() -> str:
    first, *others = _commands()
    cases = "".join(_bash_case(command.name, command) for command in others) + _bash_case("*", first)
    return _BASH.format(cases=cases)


def _bash_case(pattern: str, command: Command) -> str:
    lines = [f"    {pattern})", "        case $prev in"]
    for option in command.options:
        if option.read:
            lines.append(f"            {'|'.join(option.flags)}) {_bash_value(option)}; return ;;")
    flags = " ".join(flag for option in command.options for flag in option.flags)
    lines += [
        "        esac",
        "        if [[ $cur == -* ]]; then",
        f"            COMPREPLY=($(compgen -W '{flags}' -- \"$cur\"))",
        "        else",
        f"            COMPREPLY=($(compgen -W '{' '.join(command.words)}' -- \"$cur\"))",
        "        fi ;;",
    ]
    return "".join(f"{line}\n" for line in lines)


def _bash_value(option: Option) -> str:
    values = _values(option)
    if values == _FILES:
        return 'compopt -o filenames 2>/dev/null; COMPREPLY=($(compgen -f -- "$cur"))'
    if isinstance(values, str):
        letter = {_USERS: "u", _GROUPS: "g"}[values]
        return f'COMPREPLY=($(compgen -{letter} -- "$cur"))'
    words = " ".join(values)
    return f"COMPREPLY=($(compgen -W '{words}' -- \"$cur\"))" if words else ":"


# zshcompsys(1): _arguments.

_ZSH = """\
#compdef restd-inet
# zsh completion of restd-inet: made by "restd-inet completion zsh"

_restd-inet() {{
    local command=
    if (( CURRENT > 2 )); then
        command=${{words[2]}}
    fi
    case $command in
{cases}    esac
}}

_restd-inet "$@"
"""


def _zsh() -> str:
    first, *others = _commands()
    cases = "".join(_zsh_case(command.name, command) for command in others) + _zsh_case("*", first)
    return _ZSH.format(cases=cases)


def _zsh_case(pattern: str, command: Command) -> str:
    shift = ["        shift words", "        (( CURRENT-- ))"] if command.name else []
    lines = [f"    {pattern})", *shift, "        _arguments -s \\"]
    for option in command.options:
        lines.append(f"            {_zsh_option(option)} \\")
    described = [_zsh_word(word) for word in command.words]
    lines += [f"            '{'1' if command.name else '*'}:word:({' '.join(described)})' ;;"]
    return "".join(f"{line}\n" for line in lines)


def _zsh_word(word: str) -> str:
    return word.replace(":", "\\:")


def _zsh_option(option: Option) -> str:
    text = option.help.replace("\\", "\\\\").replace("[", "\\[").replace("]", "\\]").replace(":", "\\:")
    text = text.replace("'", "'\\''")
    value = f":{option.metavar.replace(':', chr(92) + ':')}:{_zsh_value(option)}" if option.read else ""
    value = value.replace("'", "'\\''")
    repeated = "*" if option.attribute in ("verbose", "query", "headers") else ""
    excluded = f"({' '.join(option.flags)})" if len(option.flags) > 1 and not repeated else ""
    specs = [f"{flag}{'=' if option.read and flag.startswith('--') else ''}" for flag in option.flags]
    flags = specs[0] if len(specs) == 1 else "{" + ",".join(specs) + "}"
    head = f"'{excluded}{repeated}'" if excluded or repeated else ""
    return f"{head}{flags}'[{text}]{value}'"


def _zsh_value(option: Option) -> str:
    values = _values(option)
    if isinstance(values, str):
        return {_FILES: "_files", _USERS: "_users", _GROUPS: "_groups"}[values]
    words = " ".join(values)
    return f"({words})" if words else ""


# fish: complete(1).


def _fish() -> str:
    first, *others = _commands()
    names = " ".join(command.name for command in others)
    lines = [
        '# fish completion of restd-inet: made by "restd-inet completion fish"',
        "complete -c restd-inet -f",
    ]
    for command in others:
        what = f"-a {command.name} -d {_fish_quoted(command.help)}"
        lines.append(f"complete -c restd-inet -n '__fish_use_subcommand' {what}")
    for command in (first, *others):
        seen = f"__fish_seen_subcommand_from {command.name or names}"
        condition = f"complete -c restd-inet -n '{'' if command.name else 'not '}{seen}'"
        lines += [f"{condition} {_fish_option(option)}" for option in command.options]
        if command.name and command.words:
            lines.append(f"{condition} -a {_fish_quoted(' '.join(command.words))}")
    return "".join(f"{line}\n" for line in lines)


def _fish_option(option: Option) -> str:
    parts = [f"-l {flag[2:]}" if flag.startswith("--") else f"-s {flag[1]}" for flag in option.flags]
    if option.read:
        values = _values(option)
        parts.append("-r")
        if values == _FILES:
            parts.append("-F")
        elif isinstance(values, str):
            parts.append(f"-f -a '(__fish_complete_{values})'")
        elif values:
            parts.append(f"-f -a {_fish_quoted(' '.join(values))}")
    return " ".join([*parts, "-d", _fish_quoted(option.help)])


def _fish_quoted(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


SHELLS = {"bash": _bash, "zsh": _zsh, "fish": _fish}
WORDS = tuple(SHELLS)
