"""One module a group of commands; each reads its options, calls a verb, prints."""
