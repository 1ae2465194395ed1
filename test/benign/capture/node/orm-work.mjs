// Knex, Kysely, Drizzle, Sequelize and TypeORM: what they say of tables, and their ordinary work.
import 'reflect-metadata';
import { desc, sql as drizzleSql, eq, sum } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/node-postgres';
import { integer, numeric, pgTable, serial, text } from 'drizzle-orm/pg-core';
import knex from 'knex';
import { Kysely, PostgresDialect } from 'kysely';
import pg from 'pg';
import { DataTypes, QueryTypes, Sequelize } from 'sequelize';
import { DataSource, EntitySchema } from 'typeorm';
import { run, server } from './scenario.mjs';

async function withKnex(work) {
  const database = knex({ client: 'pg', connection: server, pool: { min: 1, max: 1 } });
  await work(database);
  await database.destroy();
}

async function withKysely(work) {
  const database = new Kysely({ dialect: new PostgresDialect({ pool: new pg.Pool({ ...server, max: 1 }) }) });
  await work(database);
  await database.destroy();
}

const orders = pgTable('orders', {
  id: integer().primaryKey(),
  customerId: integer('customer_id'),
  item: text(),
  amount: numeric(),
  note: text(),
});
const notes = pgTable('notes', { id: serial().primaryKey(), body: text() });
const customers = pgTable('customers', { id: integer().primaryKey(), email: text(), ssn: text() });

async function withDrizzle(work) {
  const pool = new pg.Pool({ ...server, max: 1 });
  await work(drizzle(pool));
  await pool.end();
}

function sequelize() {
  const { host, port, database, user, password } = server;
  return new Sequelize(database, user, password, {
    host,
    port,
    dialect: 'postgres',
    logging: false,
    pool: { max: 1 },
  });
}

function modelsOf(database) {
  const options = { timestamps: false };
  const customer = database.define(
    'customers',
    { full_name: DataTypes.TEXT, email: DataTypes.TEXT, ssn: DataTypes.TEXT },
    options,
  );
  const order = database.define(
    'orders',
    { customer_id: DataTypes.INTEGER, item: DataTypes.TEXT, amount: DataTypes.DECIMAL, note: DataTypes.TEXT },
    options,
  );
  const note = database.define('notes', { body: DataTypes.TEXT }, options);
  order.belongsTo(customer, { foreignKey: 'customer_id' });
  return { customer, order, note };
}

const entities = [
  new EntitySchema({
    name: 'Order',
    tableName: 'orders',
    columns: {
      id: { type: 'int', primary: true },
      item: { type: 'text' },
      amount: { type: 'numeric' },
      note: { type: 'text', nullable: true },
    },
    relations: { customer: { type: 'many-to-one', target: 'Customer', joinColumn: { name: 'customer_id' } } },
  }),
  new EntitySchema({
    name: 'Customer',
    tableName: 'customers',
    columns: { id: { type: 'int', primary: true }, email: { type: 'text' }, ssn: { type: 'text' } },
  }),
  new EntitySchema({
    name: 'Note',
    tableName: 'notes',
    columns: { id: { type: 'int', primary: true, generated: 'increment' }, body: { type: 'text' } },
  }),
];

async function withTypeorm(work) {
  const { user: username, ...rest } = server;
  const source = new DataSource({ type: 'postgres', ...rest, username, entities });
  await source.initialize();
  await work(source);
  await source.destroy();
}

await run({
  knex: () =>
    withKnex(async (database) => {
      await database('orders').where({ id: 3 }).first();
      await database('orders')
        .select('customer_id')
        .sum('amount as total')
        .groupBy('customer_id')
        .orderBy('customer_id');
      await database('notes').insert({ body: 'by knex' }).returning('id');
      await database('orders').where('id', 13).update({ note: 'k' });
      await database.schema.hasTable('orders');
      await database.schema.hasColumn('orders', 'note');
      await database('docs').columnInfo();
      await database.transaction(async (inside) => {
        await inside('orders').whereBetween('id', [1, 5]).orderBy('id');
      });
    }),
  'knex-masked': () =>
    withKnex(async (database) => {
      await database('customers').orderBy('id');
      await database('orders as o')
        .join('customers as c', 'c.id', 'o.customer_id')
        .select('o.id', 'c.email')
        .orderBy('o.id');
    }),
  kysely: () =>
    withKysely(async (database) => {
      await database.introspection.getSchemas();
      await database.introspection.getTables();
      await database.selectFrom('orders').selectAll().where('id', '<', 4).orderBy('id').execute();
      await database.insertInto('notes').values({ body: 'by kysely' }).returning('id').execute();
      await database.selectFrom('customers').selectAll().orderBy('id').execute();
    }),
  drizzle: () =>
    withDrizzle(async (database) => {
      await database.select().from(orders).where(eq(orders.id, 2));
      await database
        .select({ id: orders.customerId, total: sum(orders.amount) })
        .from(orders)
        .groupBy(orders.customerId)
        .orderBy(orders.customerId);
      await database.insert(notes).values({ body: 'by drizzle' }).returning();
      await database.update(orders).set({ note: 'd' }).where(eq(orders.id, 14));
      await database.transaction((inside) => inside.select().from(orders).orderBy(desc(orders.id)).limit(3));
      await database.execute(drizzleSql`SELECT version() IS NOT NULL AS found`);
    }),
  'drizzle-masked': () =>
    withDrizzle(async (database) => {
      await database.select().from(customers).orderBy(customers.id);
      await database
        .select()
        .from(orders)
        .leftJoin(customers, eq(customers.id, orders.customerId))
        .orderBy(orders.id);
    }),
  sequelize: async () => {
    const database = sequelize();
    await database.authenticate();
    const { order, note } = modelsOf(database);
    await order.findAll({ where: { customer_id: 3 }, order: ['id'] });
    await order.findAndCountAll({ limit: 5, order: ['id'] });
    await order.update({ note: 's' }, { where: { id: 15 } });
    await note.create({ body: 'by sequelize' });
    await database.transaction((transaction) => order.findByPk(4, { transaction }));
    const asked = database.getQueryInterface();
    await asked.showAllTables();
    await asked.describeTable('docs');
    await asked.showIndex('docs');
    await asked.getForeignKeyReferencesForTable('orders');
    await database.query('SELECT $1::int AS one', { bind: [1], type: QueryTypes.SELECT });
    await database.close();
  },
  'sequelize-masked': async () => {
    const database = sequelize();
    const { customer, order } = modelsOf(database);
    await customer.findAll({ order: ['id'] });
    await order.findAll({ include: customer, order: ['id'] });
    await database.close();
  },
  typeorm: () =>
    withTypeorm(async (source) => {
      await source.getRepository('Order').find({ where: { id: 5 } });
      await source.getRepository('Note').save({ body: 'by typeorm' });
      await source.getRepository('Order').update({ id: 16 }, { note: 't' });
      await source.transaction((manager) =>
        manager.getRepository('Order').findAndCount({ take: 3, order: { id: 'ASC' } }),
      );
      const runner = source.createQueryRunner();
      await runner.getTables(['orders', 'docs', 'customers']);
      await runner.getViews([]);
      await runner.hasTable('orders');
      await runner.getSchemas();
      await runner.release();
    }),
  'typeorm-masked': () =>
    withTypeorm(async (source) => {
      await source.getRepository('Customer').find({ order: { id: 'ASC' } });
      await source.getRepository('Order').find({ relations: { customer: true }, order: { id: 'ASC' } });
    }),
});
