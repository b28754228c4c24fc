"""`/templates`: the account's templates, and how one is made."""
