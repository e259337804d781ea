"""Run the migrations of the plugin's own tables, in CKAN's database."""
from __future__ import annotations

from alembic import context
from ckan.model.meta import metadata
from sqlalchemy import engine_from_config, pool

PLUGIN = "promote"
config = context.config


def include_object(
    thing: object, name: str | None, kind: str, reflected: bool, compare_to: object
) -> bool:
    """Only our own tables: all their names begin with the plugin's."""
    return kind != "table" or str(name).startswith(f"{PLUGIN}_")


def run_migrations_offline() -> None:
    """Print the SQL instead of running it."""
    context.configure(
        url=config.get_main_option("sqlalchemy.url"),
        target_metadata=metadata,
        literal_binds=True,
        version_table=f"{PLUGIN}_alembic_version",
        include_object=include_object,
    )
    with context.begin_transaction():
        context.run_migrations()


def run_migrations_online() -> None:
    """Run them in a transaction: half a migration is none."""
    section = config.get_section(config.config_ini_section) or {}
    engine = engine_from_config(section, prefix="sqlalchemy.", poolclass=pool.NullPool)
    with engine.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=metadata,
            version_table=f"{PLUGIN}_alembic_version",
            include_object=include_object,
        )
        with context.begin_transaction():
            context.run_migrations()


if context.is_offline_mode():
    run_migrations_offline()
else:
    run_migrations_online()
