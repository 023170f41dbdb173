"""The command `huitou`, one file for each subcommand."""
