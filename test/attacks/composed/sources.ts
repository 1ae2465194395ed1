// Where protected values stand: tables, views, partitions and functions of the two seeds, each as a query for `k` and `v`.
import type { Shape } from './shape.ts';

/** The first three of each stand in the seed as they are here. */
const values = {
  ssn: ['078-05-1120', '219-09-9999', '457-55-5462'],
  card_number: ['4929123412341234', '5555444433332222', '4111222233334444'],
  email: ['ada.canary@leak.example', 'bob.vault@leak.example', 'cleo.quartz@leak.example'],
} as const;

export const secrets: readonly string[] = Object.values(values).flat();

export type Source = Readonly<{ name: string; sql: string }>;

const source = (from: string, value: string, key = 'id'): Source => ({
  name: `${value} of ${from}`,
  sql: `SELECT ${key} AS k, ${value} AS v FROM ${from}`,
});

export const sources: readonly Source[] = [
  source('customers', 'ssn'),
  source('customers', 'card_number'),
  source('customers', 'email'),
  source('public.customers c', 'c.ssn', 'c.id'),
  source('customers AS c(a, b, d, e, f)', 'e', 'a'),
  source('(TABLE customers) t', 't.email'),
  source('customers c', 'ssn(c)'),
  source('customers c', '(c).card_number'),
  source('customers c', 'c::text'),
  source('customers c', 'to_jsonb(c)::text'),
  source('v_contact', 'reach'),
  source('v_contact', 'tax_ref'),
  source('v_memo', 'memo'),
  source('v_stacked', 't'),
  source('v_whole', '(thing).ssn'),
  source('v_json', "doc->>'card_number'"),
  source('v_invoker', 'loud'),
  source('v_union', 'v'),
  source('v_walk', 'v', 'n'),
  source('mv_contact', 'k'),
  source('mv_doc', "doc->>'email'"),
  source('customers_part', 'ssn'),
  source('customers_part_0', 'ssn'),
  source('customers_child', 'ssn'),
  source('visits', 'ssn'),
  source('visits_low z(a, b, c)', 'a', 'b'),
  source('visits_low_0 z(a, b, c)', 'c', 'b'),
  source('leaf_a', 'ssn'),
  source('codes()', 'v', 'k'),
  source('orders', 'code_of(id)'),
  source('orders', '(row_of(id)).email'),
  source('code_out(1)', 'b', '1'),
  source('customers JOIN orders USING (id)', 'ssn'),
  source('orders o LEFT JOIN customers c ON c.id = o.customer_id', 'c.ssn', 'c.id'),
];

/** Those whose value isn't alone in its column. */
const mixed = new Set(['c::text of customers c', 'to_jsonb(c)::text of customers c', 'memo of v_memo']);

export function startOf({ name, sql }: Source): Shape {
  return { sql, exact: !mixed.has(name), disguise: (value) => value };
}
