"""SQLAlchemy: reflection of everything, the ORM, and what pandas and alembic ask of it."""
import datetime

import sqlalchemy as sa
from scenario import run, url
from sqlalchemy import orm
from sqlalchemy.ext.automap import automap_base


def engine(driver="psycopg"):
    return sa.create_engine(url(driver), poolclass=sa.pool.NullPool)


def inspector():
    return sa.inspect(engine())


def reflect():
    sa.MetaData().reflect(engine())


def reflect_views():
    sa.MetaData().reflect(engine(), views=True)


def reflect_psycopg2():
    sa.MetaData().reflect(engine("psycopg2"))


def reflect_pg8000():
    sa.Table("orders", sa.MetaData(), autoload_with=engine("pg8000"))


def automap():
    base = automap_base()
    base.prepare(autoload_with=engine())


def names():
    found = inspector()
    found.get_schema_names()
    found.get_table_names()
    found.get_view_names()
    found.get_materialized_view_names()
    found.get_temp_table_names()
    found.get_sequence_names()
    found.get_foreign_table_names()
    found.get_enums()
    found.get_domains()
    found.has_table("docs")
    found.has_schema("public")
    found.has_index("docs", "docs_tsv")


def details():
    found = inspector()
    for table in ["orders", "docs", "customers", "h_lineitem", "tree", "Weird Name"]:
        found.get_columns(table)
        found.get_pk_constraint(table)
        found.get_foreign_keys(table)
        found.get_indexes(table)
        found.get_unique_constraints(table)
        found.get_check_constraints(table)
        found.get_table_comment(table)
        found.get_table_options(table)
        found.get_table_oid(table)
    found.get_view_definition("v_orders")


class Base(orm.DeclarativeBase):
    pass


class Customer(Base):
    __tablename__ = "customers"
    id = sa.Column(sa.Integer, primary_key=True)
    full_name = sa.Column(sa.Text)
    email = sa.Column(sa.Text)
    ssn = sa.Column(sa.Text)
    orders = orm.relationship("Order", back_populates="customer")


class Order(Base):
    __tablename__ = "orders"
    id = sa.Column(sa.Integer, primary_key=True)
    customer_id = sa.Column(sa.ForeignKey("customers.id"))
    item = sa.Column(sa.Text)
    amount = sa.Column(sa.Numeric)
    note = sa.Column(sa.Text)
    customer = orm.relationship(Customer, back_populates="orders")


class Note(Base):
    __tablename__ = "notes"
    id = sa.Column(sa.Integer, primary_key=True)
    body = sa.Column(sa.Text)


def orm_work(driver="psycopg"):
    with orm.Session(engine(driver)) as session:
        session.scalars(sa.select(Order).where(Order.amount > 30).order_by(Order.id).limit(5)).all()
        session.add(Note(body="by the ORM"))
        session.flush()
        order = session.get(Order, 5)
        order.note = "changed"
        session.commit()
        session.execute(sa.select(sa.func.count()).select_from(Order)).scalar()
        with session.begin_nested():
            session.get(Order, 6)
        session.rollback()


def orm_psycopg2():
    orm_work("psycopg2")


def orm_pg8000():
    orm_work("pg8000")


def orm_masked():
    with orm.Session(engine()) as session:
        session.scalars(sa.select(Customer).order_by(Customer.id)).all()
        session.scalars(sa.select(Order).options(orm.joinedload(Order.customer)).order_by(Order.id)).unique().all()


def orm_masked_selectin():
    with orm.Session(engine()) as session:
        session.scalars(sa.select(Customer).options(orm.selectinload(Customer.orders)).order_by(Customer.id)).all()
        session.scalars(sa.select(Customer).options(orm.subqueryload(Customer.orders)).order_by(Customer.id)).all()


def core():
    tree = sa.table("tree", sa.column("id"), sa.column("parent"), sa.column("name"))
    below = sa.select(tree.c.id, tree.c.parent).where(tree.c.id == 1).cte("below", recursive=True)
    below = below.union_all(sa.select(tree.c.id, tree.c.parent).where(tree.c.parent == below.c.id))
    with engine().connect() as connection:
        connection.execute(sa.select(sa.func.count()).select_from(below)).all()
        day = sa.func.date_trunc("day", sa.column("at")).label("day")
        events = sa.select(day, sa.func.avg(sa.column("value"))).select_from(sa.table("events"))
        connection.execute(events.where(sa.column("at") < datetime.datetime(2024, 1, 3)).group_by(day).order_by(day)).all()
        connection.execution_options(stream_results=True).execute(sa.text("SELECT * FROM h_orders ORDER BY 1")).fetchmany(20)


async def asynchronous():
    from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine

    async with AsyncSession(create_async_engine(url("asyncpg"), poolclass=sa.pool.NullPool)) as session:
        (await session.scalars(sa.select(Order).order_by(Order.id).limit(3))).all()
        (await session.scalars(sa.select(Customer).order_by(Customer.id))).all()


def isolation():
    with engine().connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(sa.text("SELECT 1")).all()
    with engine().connect().execution_options(isolation_level="SERIALIZABLE", postgresql_readonly=True) as connection:
        connection.execute(sa.text("SELECT 1")).all()


def pandas_work():
    import pandas

    pandas.read_sql("SELECT item, sum(amount) AS total FROM orders GROUP BY item ORDER BY 1", engine())
    pandas.read_sql_table("h_nation", engine())
    list(pandas.read_sql_query(sa.text("SELECT * FROM h_part ORDER BY 1"), engine(), chunksize=50))


def pandas_masked():
    import pandas

    pandas.read_sql_table("customers", engine())


def alembic_compare():
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    with engine().connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_server_default": True})
        context.get_current_revision()
        compare_metadata(context, Base.metadata)


run(globals())
