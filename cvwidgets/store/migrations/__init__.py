"""Alembic's scripts: how an older catalog becomes a newer one."""
