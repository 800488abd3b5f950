"""The `minidl` command: one file or room for each group of commands."""
