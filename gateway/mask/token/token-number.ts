// Tokens of numbers: as many digits before and after the point, and the same sign.
import { type Decimal, parseDecimal, printDecimal } from '../types/decimal.ts';
import type { Permutation } from './permutation.ts';

/** A number whose digits leave the type's range gets a token of its token, until one fits. */
const mostTries = 1000;

/** undefined where no token was found that `fits`. */
export function tokenNumber(
  value: Decimal,
  permutation: Permutation,
  fits: (token: Decimal) => boolean,
): Decimal | undefined {
  let token = value;
  for (let tried = 0; tried < mostTries; tried++) {
    const next = parseDecimal(tokenDigits(printDecimal(token), permutation));
    if (next === undefined || fits(next)) return next;
    token = next;
  }
  return undefined;
}

function tokenDigits(text: string, permutation: Permutation): string {
  const [sign, digits] = text.startsWith('-') ? ['-', text.slice(1)] : ['', text];
  const point = digits.indexOf('.');
  const whole = point < 0 ? digits : digits.slice(0, point);
  const fraction = point < 0 ? '' : digits.slice(point + 1);
  // A nought before the point stays: the column may have no room for anything else.
  const kept = whole === '0' && fraction !== '' ? whole : '';
  const changing = kept === '' ? whole + fraction : fraction;
  // Only a number of one digit begins with nought, or becomes one that does.
  const lowest = kept === '' && text.length > 1 ? 1 : 0;
  const values = new Uint8Array(changing.length);
  const radices = new Uint8Array(changing.length).fill(10);
  for (let at = 0; at < values.length; at++) values[at] = changing.charCodeAt(at) - nought;
  values[0] = (values[0] ?? 0) - lowest;
  radices[0] = 10 - lowest;
  permutation.apply({ values, radices, form: `${sign}${whole.length}${kept}.${fraction.length}` });
  values[0] = (values[0] ?? 0) + lowest;
  let token = '';
  for (const digit of values) token += digit;
  if (kept !== '') return `${sign}${kept}.${token}`;
  return fraction === ''
    ? sign + token
    : `${sign}${token.slice(0, whole.length)}.${token.slice(whole.length)}`;
}

const nought = 0x30;
