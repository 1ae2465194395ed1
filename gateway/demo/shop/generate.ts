// Makes the sample data: the same rows every time, in the order in which they can be inserted.

import { generateCustomers } from './generate-customers.ts';
import { generateEmployees } from './generate-employees.ts';
import { generateOrders } from './generate-orders.ts';
import { generateProducts } from './generate-products.ts';
import { seededRandom } from './random.ts';

export type SampleRow = Readonly<Record<string, unknown>>;
export type SampleTable = Readonly<{ table: string; rows: readonly SampleRow[] }>;

/** Each part has a seed of its own, so that a change in one leaves the others as they were. */
export function generateShop(): SampleTable[] {
  const { customers, addresses } = generateCustomers(seededRandom(1));
  const products = generateProducts(seededRandom(2));
  const { orders, items, payments, tickets } = generateOrders(seededRandom(3), {
    customers,
    addresses,
    products,
  });
  const { employees, reviews } = generateEmployees(seededRandom(4));
  return [
    { table: 'public.customers', rows: customers },
    { table: 'public.addresses', rows: addresses },
    { table: 'public.products', rows: products },
    { table: 'public.orders', rows: orders },
    { table: 'public.order_items', rows: items },
    { table: 'public.payments', rows: payments },
    { table: 'public.tickets', rows: tickets },
    { table: 'hr.employees', rows: employees },
    { table: 'hr.reviews', rows: reviews },
  ];
}
