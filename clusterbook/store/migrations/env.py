"""How Alembic runs: on the connection that the database gives it, in its transaction."""

from alembic import context

from clusterbook.store.tables import Base

context.configure(
    connection=context.config.attributes["connection"], target_metadata=Base.metadata,
    render_as_batch=True,
)  # fmt: skip
context.run_migrations()
