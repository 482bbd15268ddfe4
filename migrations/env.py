"""Runs the migrations on the connection that `app.migration` hands over."""

from alembic import context

import app.main  # noqa: F401  (every room's tables, through the one place that knows the rooms)
from app.platform.database import Base

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    render_as_batch=True,
    transactional_ddl=True,
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
