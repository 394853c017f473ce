"""The command line's commands, a file for each part of the work. `bot.cli` gathers them."""
