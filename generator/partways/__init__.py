"""Partways compiles questionnaires written in YAML into a static website."""

__version__ = "0.1.0"
