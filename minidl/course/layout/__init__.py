"""A learner's own course folder: `minidl new` lays it out, `minidl update` renews it."""
