"""The mathematics of gdsim: numpy and the standard library, never Qt.

Data flows one way: text -> Expr -> Objective -> Optimizer -> Run.  Nothing here draws, signals, sleeps or
threads; whatever takes long is an iterator that the caller pulls.
"""
