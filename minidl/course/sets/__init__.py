"""What a course consists of: its folder, sets of exercises, their declarations and stubs."""
