"""What SQLAlchemy asks when it reflects a database, and what its core and ORM write."""

import sqlalchemy as sa
from sqlalchemy import orm
from sqlalchemy.dialects import postgresql

engine = sa.create_engine('postgresql+psycopg://', poolclass=sa.NullPool)
inspector = sa.inspect(engine)
for schema in (None, *inspector.get_schema_names()):
    for read in ('get_table_names', 'get_view_names', 'get_materialized_view_names', 'get_sequence_names',
                 'get_temp_table_names', 'get_enums', 'get_foreign_table_names', 'get_domains', 'get_sorted_table_and_fkc_names'):
        if hasattr(inspector, read):
            getattr(inspector, read)(**({} if read == 'get_temp_table_names' else {'schema': schema}))
for table in inspector.get_table_names():
    for read in ('get_columns', 'get_pk_constraint', 'get_foreign_keys', 'get_indexes', 'get_unique_constraints',
                 'get_check_constraints', 'get_table_comment', 'get_table_options'):
        getattr(inspector, read)(table)
for kind in ('get_multi_columns', 'get_multi_indexes', 'get_multi_foreign_keys', 'get_multi_check_constraints'):
    getattr(inspector, kind)(kind=sa.inspection.inspect(engine) and sa.engine.reflection.ObjectKind.ANY)
for view in inspector.get_view_names():
    inspector.get_view_definition(view)
metadata = sa.MetaData()
metadata.reflect(engine, views=True)
customer, purchase = metadata.tables['customer'], metadata.tables['purchase']


class Base(orm.DeclarativeBase):
    pass


class Author(Base):
    __tablename__ = 'author'
    id: orm.Mapped[int] = orm.mapped_column(primary_key=True)
    name: orm.Mapped[str]
    born: orm.Mapped[dict] = orm.mapped_column(postgresql.JSONB, default=dict)
    books: orm.Mapped[list['Book']] = orm.relationship(back_populates='author', cascade='all, delete-orphan')


class Book(Base):
    __tablename__ = 'book'
    id: orm.Mapped[int] = orm.mapped_column(primary_key=True)
    title: orm.Mapped[str]
    author_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey('author.id'))
    author: orm.Mapped[Author] = orm.relationship(back_populates='books')


Base.metadata.drop_all(engine)
Base.metadata.create_all(engine)
with orm.Session(engine) as session:
    session.add_all([Author(name=f'author {n}', books=[Book(title=f'book {m}') for m in range(3)]) for n in range(3)])
    session.commit()
    for load in (orm.selectinload, orm.joinedload, orm.subqueryload):
        session.scalars(sa.select(Author).options(load(Author.books)).order_by(Author.name).limit(2)).unique().all()
        session.expire_all()
    first = session.scalars(sa.select(Author).where(Author.name.ilike('%1')).with_for_update()).first()
    first.name = 'renamed'
    first.books.pop()
    session.commit()
    session.execute(sa.update(Author).where(Author.id > 1).values(name=Author.name + '!').returning(Author.id)).all()
    session.execute(sa.delete(Book).where(Book.author_id.in_(sa.select(Author.id).where(Author.id > 2))))
    ranked = sa.select(Author.name, sa.func.row_number().over(partition_by=Author.id, order_by=Book.title).label('at')).join(Book).subquery()
    session.execute(sa.select(ranked.c.name).where(ranked.c.at == 1)).all()
    tree = sa.select(sa.literal(1).label('n')).cte('tree', recursive=True)
    session.execute(sa.select(tree.union_all(sa.select(tree.c.n + 1).where(tree.c.n < 5)))).all()
    session.execute(postgresql.insert(Author).values(id=1, name='x', born={}).on_conflict_do_update(
        index_elements=['id'], set_={'name': 'y'}).returning(Author.name)).all()
    session.execute(sa.select(Author.born['a'].astext, sa.func.jsonb_agg(Author.name)).group_by(Author.born)).all()
    session.execute(sa.select(Author.id).where(sa.exists().where(Book.author_id == Author.id)).union(sa.select(Book.id))).all()
    session.execute(sa.select(sa.case((Author.id > 1, 'a'), else_='b'), sa.cast(Author.id, sa.Text), sa.extract('year', sa.func.now()))).all()
    session.execute(sa.select(customer.c.name, purchase.c.id).select_from(customer).outerjoin(purchase, sa.true()).limit(3)).all()
    with session.begin_nested():
        session.add(Author(name='nested'))
    session.commit()
Base.metadata.drop_all(engine)
