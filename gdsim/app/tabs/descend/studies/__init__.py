"""Long looks at a surface, each in the background: a race of optimizers, a basin map, many starts; and one update told
in stages.  Each is imported when it is first shown.
"""
