// The text form of bytea in pieces: the bytes that it stands for go on, whether they are printed as hex or escaped.
import type { Pieces } from '../value-mask.ts';

const backslash = 0x5c;
const nought = 0x30;

/** The bytes go into `into`, and what that makes of them comes out. What isn't of either form stands for itself. */
export function readByteaPieces(into: Pieces): Pieces {
  let rest: Buffer = Buffer.alloc(0);
  let isHex: boolean | undefined;
  const take = (piece: Buffer): Buffer => {
    const all = Buffer.concat([rest, piece]);
    if (isHex === undefined && all.length >= 2) isHex = all.toString('latin1', 0, 2) === '\\x';
    else if (isHex === undefined) {
      rest = all;
      return Buffer.alloc(0);
    }
    const { bytes, read } = isHex === true ? readHex(all) : readEscaped(all);
    rest = all.subarray(read);
    return bytes;
  };
  return {
    length: into.length,
    push: (piece) => into.push(take(piece)),
    end: () => Buffer.concat([into.push(rest), into.end()]),
  };
}

type Read = Readonly<{ bytes: Buffer; read: number }>;

/** Two digits are a byte; the prefix stands in front of the first ones alone. */
function readHex(text: Buffer): Read {
  const start = text[0] === backslash ? 2 : 0;
  const read = text.length - ((text.length - start) % 2);
  return { bytes: Buffer.from(text.toString('latin1', start, read), 'hex'), read };
}

function readEscaped(text: Buffer): Read {
  const bytes = Buffer.allocUnsafe(text.length);
  let length = 0;
  let at = 0;
  while (at < text.length) {
    const byte = text[at] as number;
    const isPair = text[at + 1] === backslash;
    if (byte !== backslash) bytes[length++] = byte;
    else if (text.length - at < (isPair ? 2 : 4)) break;
    else bytes[length++] = isPair ? backslash : octal(text, at + 1);
    at += byte !== backslash ? 1 : isPair ? 2 : 4;
  }
  return { bytes: bytes.subarray(0, length), read: at };
}

const octal = (text: Buffer, at: number): number =>
  [0, 1, 2].reduce((sum, index) => sum * 8 + (text[at + index] as number) - nought, 0);
