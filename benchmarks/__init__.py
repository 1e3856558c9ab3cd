"""How fast the core is, as ratios to hand-written numpy measured in the same run: `python -m benchmarks`."""
