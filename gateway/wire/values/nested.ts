// Arrays, ranges and rows out of their binary form, quoted as the server quotes what is in them.

type Read = (bytes: Buffer, typeOid: number) => string;

/** The types of arrays that every server has; the type of the elements stands in the value. */
export const arrayElements: ReadonlySet<number> = new Set([
  ...[143, 199, 271, 629, 651, 719, 775, 791, 1000, 1001, 1002, 1003, 1005, 1006, 1007, 1008, 1009, 1010],
  ...[1011, 1012, 1013, 1014, 1015, 1016, 1017, 1018, 1019, 1020, 1021, 1022, 1027, 1028, 1040, 1041],
  ...[1115, 1182, 1183, 1185, 1187, 1231, 1263, 1270, 1561, 1563, 2207, 2210, 2211, 2287, 2951, 3221],
  ...[3807, 3905, 3907, 3909, 3911, 3913, 3927, 4073, 4090, 4097, 6150, 6151, 6152, 6153, 6155, 6157],
]);

export const rangeElements: Readonly<
  Record<'ranges' | 'multiranges', readonly (readonly [range: number, element: number])[]>
> = {
  ranges: [
    [3904, 23],
    [3906, 1700],
    [3908, 1114],
    [3910, 1184],
    [3912, 1082],
    [3926, 20],
  ],
  multiranges: [
    [4451, 23],
    [4532, 1700],
    [4533, 1114],
    [4534, 1184],
    [4535, 1082],
    [4536, 20],
  ],
};

const BOX = 603;

type Values = Readonly<{
  element: number;
  dimensions: readonly Readonly<{ length: number; lowest: number }>[];
  values: readonly (Buffer | null)[];
}>;

function readArray(bytes: Buffer): Values {
  const count = bytes.readInt32BE(0);
  const dimensions = Array.from({ length: count }, (_, at) => ({
    length: bytes.readInt32BE(12 + at * 8),
    lowest: bytes.readInt32BE(16 + at * 8),
  }));
  let at = 12 + count * 8;
  const values: (Buffer | null)[] = [];
  while (at < bytes.length) {
    const [value, next] = valueAt(bytes, at);
    values.push(value);
    at = next;
  }
  return { element: bytes.readUInt32BE(8), dimensions, values };
}

/** A length and so many bytes; -1 is NULL. */
function valueAt(bytes: Buffer, at: number): readonly [Buffer | null, number] {
  const length = bytes.readInt32BE(at);
  if (length < 0) return [null, at + 4];
  if (at + 4 + length > bytes.length) throw new Error('too short');
  return [bytes.subarray(at + 4, at + 4 + length), at + 4 + length];
}

export function arrayText(bytes: Buffer, read: Read): string {
  const { element, dimensions, values } = readArray(bytes);
  if (dimensions.length === 0) return '{}';
  const separator = element === BOX ? ';' : ',';
  let next = 0;
  const write = (depth: number): string => {
    const { length } = dimensions[depth] as { length: number };
    const parts = Array.from({ length }, () => {
      if (depth + 1 < dimensions.length) return write(depth + 1);
      const value = values[next++] ?? null;
      return value === null ? 'NULL' : arrayElement(read(value, element), separator);
    });
    return `{${parts.join(separator)}}`;
  };
  const bounds = dimensions.map(({ length, lowest }) => `[${lowest}:${lowest + length - 1}]`).join('');
  const isUsual = dimensions.every(({ lowest }) => lowest === 1);
  return `${isUsual ? '' : `${bounds}=`}${write(0)}`;
}

function arrayElement(text: string, separator: string): string {
  const isPlain =
    text !== '' && !/["\\{} \t\n\r\v\f]/.test(text) && !text.includes(separator) && !/^null$/i.test(text);
  return isPlain ? text : `"${text.replace(/["\\]/g, '\\$&')}"`;
}

/** int2vector and oidvector. */
export function vectorText(bytes: Buffer, read: Read): string {
  const { element, values } = readArray(bytes);
  return values.map((value) => (value === null ? '' : read(value, element))).join(' ');
}

const Flag = { empty: 1, lowerIn: 2, upperIn: 4, lowerOpen: 8, upperOpen: 16 } as const;

export function rangeText(bytes: Buffer, element: number, read: Read): string {
  const flags = bytes[0] as number;
  const has = (flag: number): boolean => (flags & flag) !== 0;
  if (has(Flag.empty)) return 'empty';
  let at = 1;
  const bound = (isOpen: boolean): string => {
    if (isOpen) return '';
    const [value, next] = valueAt(bytes, at);
    at = next;
    return quoteDoubling(read(value as Buffer, element), /["\\()[\], \t\n\r\v\f]/);
  };
  const lower = bound(has(Flag.lowerOpen));
  const upper = bound(has(Flag.upperOpen));
  return `${has(Flag.lowerIn) ? '[' : '('}${lower},${upper}${has(Flag.upperIn) ? ']' : ')'}`;
}

export function multirangeText(bytes: Buffer, element: number, read: Read): string {
  const ranges: string[] = [];
  for (let at = 4; at < bytes.length; ) {
    const [value, next] = valueAt(bytes, at);
    ranges.push(rangeText(value as Buffer, element, read));
    at = next;
  }
  return `{${ranges.join(',')}}`;
}

/** Each value with its type in front. */
export function recordText(bytes: Buffer, read: Read): string {
  const fields: string[] = [];
  let at = 4;
  for (let left = bytes.readInt32BE(0); left > 0; left--) {
    const [value, next] = valueAt(bytes, at + 4);
    const text =
      value === null ? '' : quoteDoubling(read(value, bytes.readUInt32BE(at)), /["\\(), \t\n\r\v\f]/);
    fields.push(text);
    at = next;
  }
  return `(${fields.join(',')})`;
}

function quoteDoubling(text: string, special: RegExp): string {
  if (text !== '' && !special.test(text)) return text;
  return `"${text.replace(/["\\]/g, '$&$&')}"`;
}
