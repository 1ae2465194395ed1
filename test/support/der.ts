// The few ASN.1 types that a certificate is made of, in their DER form (X.690).

/** Tag, length, content. */
export function wrapped(tag: number, content: Buffer): Buffer {
  const { length } = content;
  if (length < 0x80) return Buffer.concat([Buffer.from([tag, length]), content]);
  const digits = length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...digits]), content]);
}

export const list = (...items: Buffer[]): Buffer => wrapped(0x30, Buffer.concat(items));
export const set = (...items: Buffer[]): Buffer => wrapped(0x31, Buffer.concat(items));
export const explicit = (tag: number, item: Buffer): Buffer => wrapped(0xa0 + tag, item);
/** Two's complement, most significant byte first. */
export const integer = (value: Buffer): Buffer => wrapped(0x02, value);
export const octets = (value: Buffer): Buffer => wrapped(0x04, value);
export const bits = (value: Buffer): Buffer => wrapped(0x03, Buffer.concat([Buffer.from([0]), value]));
export const text = (value: string): Buffer => wrapped(0x0c, Buffer.from(value, 'utf8'));
export const bytes = (values: readonly number[]): Buffer => Buffer.from(values);

/** GeneralizedTime, `YYYYMMDDHHMMSSZ`. */
export const time = (value: Date): Buffer =>
  wrapped(0x18, Buffer.from(`${value.toISOString().replace(/[-:T]|\.\d+Z/g, '')}Z`));

/** An object identifier from its dotted form. */
export function object(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  return wrapped(0x06, bytes([first * 40 + second, ...rest.flatMap(base128)]));
}

function base128(value: number): number[] {
  const digits = [value & 0x7f];
  for (let left = value >>> 7; left > 0; left >>>= 7) digits.unshift((left & 0x7f) | 0x80);
  return digits;
}
