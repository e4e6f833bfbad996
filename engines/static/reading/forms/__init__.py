"""Reading languages that are made of forms (Clojure): one file → its facts, by the heads that forms.yaml names."""

from engines.static.reading.forms.read import digest, is_made_of_forms, read_forms

__all__ = ["digest", "is_made_of_forms", "read_forms"]
