"""Django: its models, its own introspection, and the checks before migrations."""
import django
from django.conf import settings
from scenario import DATABASE, HOST, PASSWORD, PORT, USER, run

server = {"HOST": HOST, "PORT": PORT, "NAME": DATABASE, "USER": USER, "PASSWORD": PASSWORD}
settings.configure(DATABASES={"default": {"ENGINE": "django.db.backends.postgresql", **server}}, USE_TZ=True)
django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection, models, transaction  # noqa: E402


class Customer(models.Model):
    full_name = models.TextField()
    email = models.TextField()
    ssn = models.TextField()

    class Meta:
        app_label, managed, db_table = "work", False, "customers"


class Order(models.Model):
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="orders")
    item = models.TextField()
    amount = models.DecimalField(max_digits=12, decimal_places=2)
    note = models.TextField(null=True)

    class Meta:
        app_label, managed, db_table = "work", False, "orders"


class Note(models.Model):
    body = models.TextField()

    class Meta:
        app_label, managed, db_table = "work", False, "notes"


def crud():
    with transaction.atomic():
        Note.objects.create(body="by Django")
        Order.objects.filter(pk=8).update(note="seen")
    list(Order.objects.filter(amount__gt=20).exclude(item__startswith="x").order_by("id")[:10])
    Order.objects.aggregate(models.Sum("amount"), models.Count("id"))
    list(Order.objects.values("customer_id").annotate(total=models.Sum("amount")).order_by("customer_id"))
    Order.objects.filter(pk=9).exists()
    list(Order.objects.order_by("id").iterator(chunk_size=15))
    Order.objects.order_by("id").explain()


def masked():
    list(Customer.objects.order_by("id"))
    list(Order.objects.select_related("customer").order_by("id"))
    list(Customer.objects.prefetch_related("orders").order_by("id").values("id", "email"))


def inspectdb():
    call_command("inspectdb", "--include-views", stdout=open("/dev/null", "w"))


def introspection():
    with connection.cursor() as cursor:
        tables = connection.introspection.get_table_list(cursor)
        for table in tables:
            connection.introspection.get_constraints(cursor, table.name)
            connection.introspection.get_sequences(cursor, table.name)
    connection.introspection.sequence_list()


def migrations():
    from django.db.migrations.executor import MigrationExecutor

    MigrationExecutor(connection).migration_plan([])


run(globals())
