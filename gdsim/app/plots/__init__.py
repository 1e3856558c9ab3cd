"""Plots: what is drawn, where, and with which words.

The decisions (ranges, ticks, gaps, arrows, labels) are pure functions to frozen records and import no Qt; the
widgets in the modules named `*_plot` only paint those records.
"""
