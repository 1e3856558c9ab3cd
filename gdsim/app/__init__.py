"""The desktop application: the only place that imports PySide6 and pyqtgraph.

Views emit what the user asks for, sessions change the state and say so once, views show it.  Importing this package
imports no Qt, so that `gdsim --help` is instant.
"""
