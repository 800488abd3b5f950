"""Checking again and again: what does not depend on the learner's file is kept ready."""
