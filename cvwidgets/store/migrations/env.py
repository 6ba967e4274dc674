"""How Alembic reaches the catalog: through the connection, and within the transaction, of whoever opens it."""

from alembic import context

context.configure(connection=context.config.attributes["connection"], transactional_ddl=True)
context.run_migrations()
