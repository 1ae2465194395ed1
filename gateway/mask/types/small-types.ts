// Booleans, UUIDs and byte strings: the types beside texts and numbers that masks make values of.
import type { Codec } from './codec.ts';

export const boolCodec: Codec<boolean> = {
  parse(text) {
    if (text === 't' || text === 'true') return true;
    return text === 'f' || text === 'false' ? false : undefined;
  },
  print: (value) => (value ? 't' : 'f'),
  read: (from) => (from.length === 1 ? from[0] !== 0 : undefined),
  write: (value) => Buffer.from([value ? 1 : 0]),
};

const uuidForm = /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/i;

export const uuidCodec: Codec<Buffer> = {
  parse: (text) => (uuidForm.test(text) ? Buffer.from(text.replaceAll('-', ''), 'hex') : undefined),
  print(value) {
    const hex = value.toString('hex');
    return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
  },
  read: (from) => (from.length === 16 ? from : undefined),
  write: (value) => value,
};

export const byteaCodec: Codec<Buffer> = {
  parse(text) {
    if (!text.startsWith('\\x')) return readEscaped(text);
    return /^(?:[\da-f]{2})*$/i.test(text.slice(2)) ? Buffer.from(text.slice(2), 'hex') : undefined;
  },
  print: (value) => `\\x${value.toString('hex')}`,
  read: (from) => from,
  write: (value) => value,
};

/** As `bytea_output = escape` prints it: bytes that aren't printable as three octal digits. */
function readEscaped(text: string): Buffer | undefined {
  if (!/^(?:[^\\]|\\\\|\\[0-3][0-7]{2})*$/s.test(text)) return undefined;
  const bytes = text.replace(/\\(\\|\d{3})/g, (_, code: string) =>
    code === '\\' ? '\\' : String.fromCharCode(Number.parseInt(code, 8)),
  );
  return Buffer.from(bytes, 'latin1');
}

/** Addresses, whose neutral value is the only one that masks make. */
export const neutralAddresses = {
  inet: { text: '0.0.0.0', binary: Buffer.from([2, 32, 0, 4, 0, 0, 0, 0]) },
  cidr: { text: '0.0.0.0/32', binary: Buffer.from([2, 32, 1, 4, 0, 0, 0, 0]) },
  macaddr: { text: '00:00:00:00:00:00', binary: Buffer.alloc(6) },
  interval: { text: '00:00:00', binary: Buffer.alloc(16) },
} as const;
