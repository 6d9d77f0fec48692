"""The lists that the command line can give; known without loading the database."""

KINDS = ("operations", "companies", "beneficiaries", "statements", "visits")
