"""Taking in what students hand in: nothing of it is run, followed or believed here."""
