"""What is made of the standings: tables, files for platforms, a page for each student."""
