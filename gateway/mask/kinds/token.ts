// Kind token: another value of the same form, always the same one for equal values of a purpose.
import type { PurposeKey } from '../keys/purpose-key.ts';
import { Permutation } from '../token/permutation.ts';
import { tokenNumber } from '../token/token-number.ts';
import { tokenText } from '../token/token-text.ts';
import { codecMask } from '../types/codec.ts';
import type { BaseName, BaseType } from '../types/column-type.ts';
import type { Decimal } from '../types/decimal.ts';
import { numberCodec } from '../types/numbers.ts';
import { uuidCodec } from '../types/small-types.ts';
import { isText, textMask } from '../types/texts.ts';
import { largestSearched, nullMask, type ValueMask } from '../value-mask.ts';
import { uuidFrom } from './hash.ts';

export function tokenMask(type: BaseType, key: PurposeKey): ValueMask {
  const permutation = new Permutation(key);
  if (isText(type)) {
    // Values of citext are equal whatever their case.
    const plain = type.name === 'citext' ? (text: string) => text.toLowerCase() : (text: string) => text;
    return textMask(type, (text) => tokenText(plain(text), permutation), { limit: largestSearched });
  }
  if (type.name === 'uuid') return codecMask(uuidCodec, (value) => uuidFrom(key.mac(value)));
  const fits = ranges[type.name];
  const codec = numberCodec(type.name, type.typmod);
  if (codec === undefined || fits === undefined) return nullMask;
  return codecMask(codec, (value) =>
    typeof value === 'string' ? value : tokenNumber(value, permutation, fits),
  );
}

const within =
  (bits: bigint) =>
  ({ unscaled }: Decimal): boolean =>
    unscaled >= -(2n ** (bits - 1n)) && unscaled < 2n ** (bits - 1n);

/** The digits of a float depend on how it is printed: it has no token. */
const ranges: { readonly [name in BaseName]?: (value: Decimal) => boolean } = {
  int2: within(16n),
  int4: within(32n),
  int8: within(64n),
  numeric: () => true,
};
