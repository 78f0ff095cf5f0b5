"""Commands explain themselves."""

import importlib.util
import re

import click
import pytest
from click.testing import CliRunner
from support.places import ROOT

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


def test_generated_pages_are_current():
    """docs/rules.md says what the specs say: make docs."""
    spec = importlib.util.spec_from_file_location("docs_build", ROOT / "docs" / "build.py")
    build = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(build)
    for path, text in build.pages().items():
        assert path.read_text("utf-8") == text, f"{path.name} is out of date: run make docs"


@pytest.mark.parametrize("page", ["README.md", "README.zh-CN.md"])
def test_readme_speaks_of_commands_and_files_that_exist(page):
    """Every command, make target and linked file that a README names is there."""
    text = (ROOT / page).read_text("utf-8")
    for name in re.findall(r"^clusterbook ([\w-]+)", text, re.MULTILINE):
        assert name in COMMANDS, name
    targets = set(re.findall(r"^([\w-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    assert set(re.findall(r"make ([a-z]+)", text)) <= targets
    for link in re.findall(r"\]\((?!http)([^)]+)\)", text):
        assert (ROOT / link).exists(), link


def test_every_command_stands_in_the_readme():
    text = (ROOT / "README.md").read_text("utf-8")
    for name in COMMANDS:
        assert f"clusterbook {name}" in text
