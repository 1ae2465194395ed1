// Values that stand for any other of their type: the neutral one, and one that a rule gives as text.
import type { Codec } from './codec.ts';
import type { BaseType } from './column-type.ts';
import { momentCodec } from './moments.ts';
import { numberCodec } from './numbers.ts';
import { boolCodec, byteaCodec, neutralAddresses, uuidCodec } from './small-types.ts';
import { charactersOf, countCharacters, fitText, isText } from './texts.ts';

/** One value in both formats. */
export type FixedValue = Readonly<{ text: Buffer; binary: Buffer }>;

const redacted = '[redacted]';

export function neutralValue(type: BaseType): FixedValue {
  switch (type.name) {
    case 'text':
    case 'varchar':
    case 'bpchar':
    case 'name':
    case 'citext':
      return alike(fitText(type)(redacted));
    case 'inet':
    case 'cidr':
    case 'macaddr':
    case 'interval': {
      const { text, binary } = neutralAddresses[type.name];
      return { text: Buffer.from(text), binary };
    }
    default:
      return certainly(constantValue(type, neutralTexts[type.name]));
  }
}

const neutralTexts = {
  int2: '0',
  int4: '0',
  int8: '0',
  float4: '0',
  float8: '0',
  numeric: '0',
  date: '1970-01-01',
  time: '00:00:00',
  timestamp: '1970-01-01 00:00:00',
  timestamptz: '1970-01-01 00:00:00+00',
  uuid: '00000000-0000-0000-0000-000000000000',
  bool: 'f',
  bytea: '\\x',
  json: 'null',
  jsonb: 'null',
} as const;

/** Undefined where the text isn't a value of the type, as PostgreSQL prints such values. */
export function constantValue(type: BaseType, text: string): FixedValue | undefined {
  // PostgreSQL has no text with this character, and JSON none with half a pair.
  if (text.includes('\0') || !text.isWellFormed()) return undefined;
  if (isText(type)) {
    const most = charactersOf(type);
    if (most !== undefined && countCharacters(text) > most) return undefined;
    return alike(fitText(type)(text));
  }
  const number = numberCodec(type.name, type.typmod);
  if (number !== undefined) return encoded(number, text);
  const moment = momentCodec(type.name);
  if (moment !== undefined) return encoded(moment, text);
  switch (type.name) {
    case 'bool':
      return encoded(boolCodec, text);
    case 'uuid':
      return encoded(uuidCodec, text);
    case 'bytea':
      return encoded(byteaCodec, text);
    case 'json':
      return isJson(text) ? alike(Buffer.from(text)) : undefined;
    case 'jsonb':
      return isJson(text) ? { text: Buffer.from(text), binary: Buffer.from(`\u0001${text}`) } : undefined;
    default:
      return undefined;
  }
}

function encoded<T>(codec: Codec<T>, text: string): FixedValue | undefined {
  const value = codec.parse(text);
  return value === undefined
    ? undefined
    : { text: Buffer.from(codec.print(value)), binary: codec.write(value) };
}

const alike = (bytes: Buffer): FixedValue => ({ text: bytes, binary: bytes });

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function certainly(value: FixedValue | undefined): FixedValue {
  if (value === undefined) throw new TypeError('a neutral value is one of its type');
  return value;
}
