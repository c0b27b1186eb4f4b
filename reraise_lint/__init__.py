"""A checker for uses of oslo.utils' `save_and_reraise_exception()`."""

__version__ = "0.1.0"
