// Files to a tar.gz whose bytes follow from the files alone: no times, no owners, no name of a system.
import { constants, gzipSync } from 'node:zlib';

const block = 512;
/** Where a gzip header names the system that it was made on; 255 is none. */
const systemAt = 9;

/** Throws for names that the plain form of tar can't hold. */
export function writeTarGz(files: ReadonlyMap<string, Buffer>): Buffer {
  const parts = [...files].flatMap(([name, content]) => [
    header(name, content.length),
    content,
    Buffer.alloc(-content.length & (block - 1)),
  ]);
  const archive = Buffer.concat([...parts, Buffer.alloc(2 * block)]);
  const bytes = gzipSync(archive, { level: constants.Z_BEST_COMPRESSION });
  bytes[systemAt] = 255;
  return bytes;
}

function header(path: string, size: number): Buffer {
  const { prefix, name } = splitName(path);
  const bytes = Buffer.alloc(block);
  const octal = (value: number, at: number, length: number): void => {
    bytes.write(value.toString(8).padStart(length - 1, '0'), at, 'latin1');
  };
  bytes.write(name, 0, 'utf8');
  octal(0o600, 100, 8);
  octal(0, 108, 8);
  octal(0, 116, 8);
  octal(size, 124, 12);
  octal(0, 136, 12);
  bytes.fill(' ', 148, 156);
  bytes.write('0', 156, 'latin1');
  bytes.write('ustar\u000000', 257, 'latin1');
  bytes.write(prefix, 345, 'utf8');
  octal(
    bytes.reduce((sum, byte) => sum + byte, 0),
    148,
    7,
  );
  return bytes;
}

/** A name of more than 100 bytes is parted at one of its slashes. */
function splitName(path: string): { prefix: string; name: string } {
  if (Buffer.byteLength(path) <= 100) return { prefix: '', name: path };
  for (let at = path.indexOf('/', 1); at !== -1; at = path.indexOf('/', at + 1)) {
    const [prefix, name] = [path.slice(0, at), path.slice(at + 1)];
    if (Buffer.byteLength(name) <= 100 && Buffer.byteLength(prefix) <= 155) return { prefix, name };
  }
  throw new Error(`the name ${path} is too long for a bundle`);
}
