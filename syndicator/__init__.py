"""News of city portals in, category feeds out."""

__version__ = "0.1.0"
