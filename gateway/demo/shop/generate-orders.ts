// The sample orders with their items and payments, and the tickets about them.

import { later, timeWithin } from './dates.ts';
import type { Address, Customer } from './generate-customers.ts';
import type { Product } from './generate-products.ts';
import type { Random } from './random.ts';
import { ticketTexts } from './words.ts';

const orderCount = 1400;
const ticketCount = 420;

type Stock = Readonly<{ customers: Customer[]; addresses: Address[]; products: Product[] }>;
type Order = ReturnType<typeof order>;

export function generateOrders(random: Random, stock: Stock) {
  const orders = Array.from({ length: orderCount }, (_, index) => order(random, index + 1, stock));
  const items = orders.flatMap((placed) => orderItems(random, placed, stock.products));
  const totals = new Map<number, number>();
  for (const { order_id, quantity, unit_price } of items) {
    totals.set(order_id, (totals.get(order_id) ?? 0) + quantity * Number(unit_price));
  }
  const payments = orders
    .filter(({ status }) => status !== 'pending')
    .map((placed, index) => payment(random, index + 1, placed, totals.get(placed.id) ?? 0, stock.customers));
  const tickets = Array.from({ length: ticketCount }, (_, index) => ticket(random, index + 1, orders, stock));
  return { orders, items, payments, tickets };
}

function order(random: Random, id: number, { customers, addresses }: Stock) {
  const { id: customerId } = random.pick(customers);
  const ordered = timeWithin(random, 540);
  const status = random.pick([
    'pending',
    'paid',
    'shipped',
    'delivered',
    'delivered',
    'delivered',
    'returned',
    'cancelled',
  ]);
  const isSent = status === 'shipped' || status === 'delivered' || status === 'returned';
  return {
    id,
    customer_id: customerId,
    shipping_address_id: addresses.find((address) => address.customer_id === customerId)?.id ?? null,
    status,
    ordered_at: ordered,
    shipped_at: isSent ? later(ordered, 0.5 + random.next() * 4) : null,
  };
}

function orderItems(random: Random, { id }: Order, products: Product[]) {
  return Array.from({ length: random.between(1, 4) }, (_, index) => {
    const product = random.pick(products);
    return {
      order_id: id,
      line: index + 1,
      product_id: product.id,
      quantity: random.pick([1, 1, 1, 2, 3]),
      unit_price: product.price,
    };
  });
}

function payment(random: Random, id: number, placed: Order, total: number, customers: Customer[]) {
  const method = random.pick(['card', 'card', 'card', 'transfer', 'voucher']);
  const card = customers.find((customer) => customer.id === placed.customer_id)?.card_number ?? '';
  const isReturned = placed.status === 'returned' || placed.status === 'cancelled';
  return {
    id,
    order_id: placed.id,
    amount: total.toFixed(2),
    method,
    card_last4: method === 'card' ? card.slice(-4) : null,
    status: isReturned ? 'refunded' : random.pick(['captured', 'captured', 'captured', 'authorized']),
    paid_at: later(placed.ordered_at, random.next() * 0.2),
  };
}

function ticket(random: Random, id: number, orders: Order[], { customers, addresses }: Stock) {
  const about = random.pick(orders);
  const customer =
    customers.find((candidate) => candidate.id === about.customer_id) ?? random.pick(customers);
  const street = addresses.find((address) => address.customer_id === customer.id)?.street ?? 'my new place';
  const [subject, body] = random.pick(ticketTexts);
  const { name, email, phone, ssn, card_number: card } = customer;
  const fills: Readonly<Record<string, string>> = { name, email, phone, ssn, card, street };
  return {
    id,
    customer_id: customer.id,
    order_id: random.chance(0.8) ? about.id : null,
    subject,
    body: body.replace(/\{(\w+)\}/g, (place, field: string) => fills[field] ?? place),
    status: random.pick(['open', 'open', 'waiting', 'solved', 'solved']),
    priority: random.between(1, 3),
    opened_at: later(about.ordered_at, random.next() * 14),
  };
}
