"""What a check found, as data, and how it is shown in a terminal and in a notebook."""
