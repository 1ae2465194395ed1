// Kind hash: a keyed hash in the form of the type; equal values stay equal within a purpose.
import type { PurposeKey } from '../keys/purpose-key.ts';
import type { HashMask } from '../rule.ts';
import { readByteaPieces } from '../types/bytea-pieces.ts';
import { codecMask } from '../types/codec.ts';
import type { BaseType } from '../types/column-type.ts';
import { byteaCodec, uuidCodec } from '../types/small-types.ts';
import { charactersOf, isText, textMask } from '../types/texts.ts';
import {
  type Format,
  largestWhole,
  nullMask,
  type Pieces,
  type ValueMask,
  wholeMask,
} from '../value-mask.ts';

const usualLength = 32;
/** Shorter ones are equal for values that aren't. */
const shortest = 8;
const nothing = Buffer.alloc(0);

export function hashMask({ length = usualLength }: HashMask, type: BaseType, key: PurposeKey): ValueMask {
  if (isText(type)) return hashText(type, length, key);
  switch (type.name) {
    case 'uuid':
      return codecMask(uuidCodec, (value) => uuidFrom(key.mac(value)));
    case 'bytea':
      return hashBytes(Math.ceil(length / 2), key);
    default:
      return nullMask;
  }
}

function hashText(type: BaseType, wanted: number, key: PurposeKey): ValueMask {
  const length = Math.min(wanted, type.name === 'name' ? 63 : (charactersOf(type) ?? wanted));
  if (length < shortest) return nullMask;
  // Their values are equal where their bytes aren't.
  if (type.name === 'bpchar') return textMask(type, (text) => key.mac(Buffer.from(text)).slice(0, length));
  if (type.name === 'citext') {
    return textMask(type, (text) => key.mac(Buffer.from(text.toLowerCase())).slice(0, length));
  }
  const whole = (value: Buffer) => Buffer.from(key.mac(value).slice(0, length), 'latin1');
  return {
    text: whole,
    binary: whole,
    begin: () => hashPieces(length, key, (hex) => Buffer.from(hex.slice(0, length), 'latin1')),
  };
}

function hashBytes(length: number, key: PurposeKey): ValueMask {
  const { text, binary, begin } = wholeMask(
    (shown) => {
      const value = byteaCodec.parse(shown.toString('latin1'));
      return value === undefined ? null : Buffer.from(byteaCodec.print(binary(value) ?? nothing), 'latin1');
    },
    (value) => Buffer.from(key.mac(value).slice(0, 2 * length), 'hex'),
  );
  const bytes = (hex: string) => Buffer.from(hex.slice(0, 2 * length), 'hex');
  const shown = (hex: string) => Buffer.from(byteaCodec.print(bytes(hex)), 'latin1');
  return {
    text,
    binary,
    begin: (size: number, format: Format) => {
      if (format === 'binary') return hashPieces(length, key, bytes);
      return size > largestWhole
        ? readByteaPieces(hashPieces(2 + 2 * length, key, shown))
        : begin(size, format);
    },
  };
}

function hashPieces(length: number, key: PurposeKey, print: (hex: string) => Buffer): Pieces {
  const hmac = key.begin();
  return {
    length,
    push(piece) {
      hmac.update(piece);
      return nothing;
    },
    end: () => print(hmac.digest('hex')),
  };
}

/** RFC 9562, section 5.8: version 8 is for whatever an application puts into it. */
export function uuidFrom(hex: string): Buffer {
  const uuid = Buffer.from(hex.slice(0, 32), 'hex');
  uuid[6] = ((uuid[6] ?? 0) & 0x0f) | 0x80;
  uuid[8] = ((uuid[8] ?? 0) & 0x3f) | 0x80;
  return uuid;
}
