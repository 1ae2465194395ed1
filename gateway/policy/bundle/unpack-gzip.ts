// Unpacks the gzip layer of a bundle, up to a limit: what unpacks to more is refused once it passes the limit.
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { BundleRefused } from './bundle-refused.ts';

const gunzipBytes = promisify(gunzip);

export async function unpackGzip(bytes: Buffer, limit: number): Promise<Buffer> {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) {
    throw new BundleRefused(
      'not_gzip',
      'the file is no gzip archive; build it with `opa build`, and see that the URL leads to the bundle itself',
    );
  }
  try {
    // zlib works in a thread of its own, and stops at the first chunk beyond the limit.
    return await gunzipBytes(bytes, { maxOutputLength: limit });
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') {
      throw new BundleRefused(
        'unpacked_too_large',
        `it unpacks to more than ${limit} bytes; make it smaller, or raise max_unpacked_bytes`,
      );
    }
    throw new BundleRefused(
      'gzip_damaged',
      'the gzip archive is truncated or damaged; publish the bundle again',
      { cause },
    );
  }
}
