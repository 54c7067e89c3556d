"""`wsis completion`."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

from nlp.cli.console import Stdout


@click.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def completion(ctx: click.Context, shell: str) -> None:
    """Print a script that makes SHELL complete commands, options and file names.

    \b
    Example:
      wsis completion bash > ~/.local/share/bash-completion/completions/wsis
      wsis completion zsh > ~/.zfunc/_wsis        # with ~/.zfunc in $fpath
      wsis completion fish > ~/.config/fish/completions/wsis.fish
    """
    complete = get_completion_class(shell)
    if complete is None:
        raise click.UsageError(f"click knows no completion for {shell}.")
    source = complete(ctx.find_root().command, {}, "wsis", "_WSIS_COMPLETE").source()
    Stdout().write((source + "\n").encode())
