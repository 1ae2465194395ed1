"""peewee: models made from the database, and its own queries."""
from peewee import PostgresqlDatabase
from playhouse.reflection import generate_models
from scenario import DATABASE, HOST, PASSWORD, PORT, USER, run

database = PostgresqlDatabase(DATABASE, host=HOST, port=PORT, user=USER, password=PASSWORD)


def introspection():
    database.get_tables()
    database.get_views()
    for table in ["orders", "docs", "h_lineitem", "customers"]:
        database.get_columns(table)
        database.get_indexes(table)
        database.get_primary_keys(table)
        database.get_foreign_keys(table)
    database.sequence_exists("notes_id_seq")


def models():
    made = generate_models(database, table_names=["orders", "notes", "customers"])
    list(made["orders"].select().where(made["orders"].amount > 10).dicts())
    with database.atomic():
        made["notes"].create(body="by peewee")
        made["orders"].update(note="p").where(made["orders"].id == 10).execute()


def masked():
    list(generate_models(database, table_names=["customers"])["customers"].select().dicts())


run(globals())
