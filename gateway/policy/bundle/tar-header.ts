// One 512-byte header of a tar archive (POSIX.1-1988 ustar, and GNU's variant of it).
import { BundleRefused } from './bundle-refused.ts';

export const BLOCK = 512;

export type TarHeader = Readonly<{
  name: string;
  size: number;
  /** The type flag as written: `0` and NUL are regular files. */
  type: string;
}>;

/** The header in a block, or undefined for the block of zeros that ends an archive. */
export function parseHeader(block: Buffer): TarHeader | undefined {
  if (block.every((byte) => byte === 0)) return undefined;
  if (!checksumHolds(block)) throw damaged('the checksum of a header does not hold');
  const name = textOf(block, 0, 100);
  // GNU's own magic is `ustar  `: there the prefix field holds time stamps.
  const prefix = block.toString('latin1', 257, 263) === 'ustar\0' ? textOf(block, 345, 500) : '';
  return {
    name: prefix === '' ? name : `${prefix}/${name}`,
    size: parseSize(block.subarray(124, 136)),
    type: String.fromCharCode(block[156] ?? 0),
  };
}

export function damaged(what: string): BundleRefused {
  return new BundleRefused(
    'archive_damaged',
    `the archive inside the gzip is no whole tar archive: ${what}; publish the bundle again`,
  );
}

/** The sum of all bytes, the checksum's own counted as spaces; some old writers summed signed bytes. */
function checksumHolds(block: Buffer): boolean {
  const written = parseOctal(block.subarray(148, 156));
  let unsigned = 0;
  let signed = 0;
  for (const [at, byte] of block.entries()) {
    const counted = at >= 148 && at < 156 ? 0x20 : byte;
    unsigned += counted;
    signed += counted > 127 ? counted - 256 : counted;
  }
  return written === unsigned || written === signed;
}

function textOf(block: Buffer, from: number, to: number): string {
  const field = block.subarray(from, to);
  const end = field.indexOf(0);
  return (end === -1 ? field : field.subarray(0, end)).toString('utf8');
}

/** Octal digits, or GNU's base 256 when the first bit is set. */
function parseSize(field: Buffer): number {
  const first = field[0] ?? 0;
  if ((first & 0x80) === 0) return parseOctal(field);
  let size = first & 0x7f;
  for (const byte of field.subarray(1)) size = size * 256 + byte;
  if (!Number.isSafeInteger(size)) throw damaged('a file has an impossible size');
  return size;
}

function parseOctal(field: Buffer): number {
  const digits = /^ *([0-7]*)[ \0]*$/.exec(field.toString('latin1'))?.[1];
  if (digits === undefined) throw damaged('a number in a header is not octal');
  return digits === '' ? 0 : Number.parseInt(digits, 8);
}
