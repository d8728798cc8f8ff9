"""The database: the only floor that queries the records. SQLite and PostgreSQL go through one code path."""
