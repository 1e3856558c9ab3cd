"""gdsim: see gradient descent work, on curves, surfaces, graphs and small networks."""

__version__ = "0.1.0"
