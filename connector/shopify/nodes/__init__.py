"""What Shopify answers, read into values: one frozen dataclass a resource, mirrors of the documents.

A field that Shopify leaves null is None where "not there" means something (a date, a person, a
product) and an empty text where it does not (a phone, a note). Unknown enum values stay text.
"""
