// Archives for tests, entry by entry: whole ones, and ones that no honest writer makes.
import { gzipSync } from 'node:zlib';

export type TarEntry = Readonly<{
  name: string;
  content?: Buffer | string;
  /** The type flag: '0' (a regular file) unless given. */
  type?: string;
  prefix?: string;
  /** What the header says, when that is to be something else than the content's own. */
  size?: number;
  magic?: string;
}>;

export function writeTarGzip(entries: readonly TarEntry[]): Buffer {
  return gzipSync(writeTar(entries));
}

export function writeTar(entries: readonly TarEntry[]): Buffer {
  return Buffer.concat([...entries.map(writeEntry), Buffer.alloc(1024)]);
}

/** A header and the content, filled up with zeros to whole blocks. */
export function writeEntry({ name, content = '', type = '0', prefix = '', size, magic }: TarEntry): Buffer {
  const bytes = Buffer.from(content as string);
  const header = Buffer.alloc(512);
  header.write(name, 0, 100);
  header.write('0000644\0', 100);
  header.write('0000000\0', 108);
  header.write('0000000\0', 116);
  header.write(`${(size ?? bytes.length).toString(8).padStart(11, '0')}\0`, 124);
  header.write('00000000000\0', 136);
  header.write(type, 156, 'latin1');
  header.write(magic ?? 'ustar\x0000', 257, 'latin1');
  header.write(prefix, 345, 155);
  sealHeader(header);
  return Buffer.concat([header, bytes, Buffer.alloc((512 - (bytes.length % 512)) % 512)]);
}

/** Writes the checksum that belongs to the rest of the header. */
export function sealHeader(header: Buffer): void {
  header.write('        ', 148);
  const sum = header.subarray(0, 512).reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
}

/** A pax record: its length counts itself. */
export function paxRecord(key: string, value: string): string {
  const rest = ` ${key}=${value}\n`;
  const length = Buffer.byteLength(rest);
  const digits = String(length + String(length + String(length).length).length).length;
  return `${length + digits}${rest}`;
}
