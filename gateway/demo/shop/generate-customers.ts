// The sample customers and their addresses.

import { dateOnly, later, timeWithin } from './dates.ts';
import { cardNumber, phoneNumber, socialSecurityNumber } from './numbers.ts';
import type { Random } from './random.ts';
import { cities, firstNames, lastNames, streets } from './words.ts';

const count = 600;

export type Customer = ReturnType<typeof customer>;
export type Address = ReturnType<typeof address>;

export function generateCustomers(random: Random): { customers: Customer[]; addresses: Address[] } {
  const customers = Array.from({ length: count }, (_, index) => customer(random, index + 1));
  const addresses: Address[] = [];
  for (const { id } of customers) {
    addresses.push(address(random, addresses.length + 1, id, 'billing'));
    if (random.chance(0.4)) addresses.push(address(random, addresses.length + 1, id, 'shipping'));
  }
  return { customers, addresses };
}

function customer(random: Random, id: number) {
  const first = random.pick(firstNames);
  const last = random.pick(lastNames);
  const created = timeWithin(random, 1500);
  return {
    id,
    name: `${first} ${last}`,
    email: `${first}.${last}${id}@example.com`.toLowerCase(),
    phone: phoneNumber(random),
    date_of_birth: dateOnly(later(timeWithin(random, 20_000), -6800)),
    ssn: socialSecurityNumber(id),
    card_number: cardNumber(random),
    card_expires: dateOnly(later(timeWithin(random, 900), 1200)),
    tier: random.pick(['basic', 'basic', 'basic', 'plus', 'plus', 'vip']),
    marketing_consent: random.chance(0.35),
    preferences: { language: random.pick(['en', 'de', 'fr', 'es']), newsletter: random.chance(0.3) },
    created_at: created,
  };
}

function address(random: Random, id: number, customerId: number, kind: 'billing' | 'shipping') {
  const [city, country] = random.pick(cities);
  return {
    id,
    customer_id: customerId,
    kind,
    street: `${random.between(1, 180)} ${random.pick(streets)}`,
    city,
    postal_code: random.digits(5),
    country,
  };
}
