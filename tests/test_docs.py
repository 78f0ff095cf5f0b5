"""Commands explain themselves."""

import click
import pytest
from click.testing import CliRunner

from clusterbook.cli import cli

COMMANDS = sorted(cli.commands)


def test_the_commands_are_those_promised():
    assert set(COMMANDS) >= {"forms", "blank", "describe", "check", "import"}


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_and_option_has_help_in_chinese(name):
    command = cli.commands[name]
    assert command.help
    assert not command.help.isascii()
    for param in command.get_params(click.Context(command)):
        if isinstance(param, click.Option):
            assert param.help, param.name
            assert not param.help.isascii(), param.name


@pytest.mark.parametrize("args", [["--help"], *([name, "--help"] for name in COMMANDS)])
def test_help_is_shown(args):
    result = CliRunner().invoke(cli, args)
    assert result.exit_code == 0
    assert "Usage:" in result.output
    assert max(map(len, result.output.splitlines())) <= 100
