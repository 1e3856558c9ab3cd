"""A monkey at the window: seeded random events, driven through Qt as a hand would, until something goes wrong."""
