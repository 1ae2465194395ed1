// Numbers that look real to a program that checks them, and belong to nobody.

import type { Random } from './random.ts';

/** Areas from 900 were never given out as social security numbers, and groups below 50 not as tax numbers either. */
export function socialSecurityNumber(index: number): string {
  const area = 900 + (index % 97);
  const group = 10 + (Math.floor(index / 97) % 40);
  const serial = 1000 + ((index * 7919) % 9000);
  return `${area}-${group}-${serial}`;
}

/** Sixteen digits with a right Luhn digit, behind prefixes that card schemes keep for tests. */
export function cardNumber(random: Random): string {
  const start = random.pick(['424242', '400000', '555555', '510510']) + random.digits(9);
  return start + luhnDigit(start);
}

/** Numbers from 555-0100 to 555-0199 are kept for fiction. */
export function phoneNumber(random: Random): string {
  return `+1-${random.between(201, 989)}-555-01${random.digits(2)}`;
}

/** A German form with a bank code that no bank has; the check digits are right. */
export function iban(random: Random): string {
  const account = `00000000${random.digits(10)}`;
  const check = 98n - (BigInt(`${account}131400`) % 97n);
  return `DE${String(check).padStart(2, '0')}${account}`;
}

function luhnDigit(digits: string): string {
  const sum = [...digits].reverse().reduce((total, digit, index) => {
    const value = Number(digit) * (index % 2 === 0 ? 2 : 1);
    return total + (value > 9 ? value - 9 : value);
  }, 0);
  return String((10 - (sum % 10)) % 10);
}
