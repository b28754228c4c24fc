"""One person behind all their addresses: contacts that turn out to be one."""
