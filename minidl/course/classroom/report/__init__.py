"""The report on a class, for whoever teaches it."""
