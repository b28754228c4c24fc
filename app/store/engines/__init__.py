"""SQLite and PostgreSQL, each in its own way, behind `Database`."""
