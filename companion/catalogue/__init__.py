"""Loads the files under templates/sms into the values of `companion.domain.catalogue`."""

from companion.catalogue.languages import load_languages
from companion.catalogue.loader import load_catalogue

__all__ = ["load_catalogue", "load_languages"]
