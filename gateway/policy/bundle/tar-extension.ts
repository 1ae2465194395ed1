// What a tar archive says of its next file beside the header: pax records (POSIX.1-2001) and GNU's long names.
import { BundleRefused } from './bundle-refused.ts';
import { damaged } from './tar-header.ts';

/** What an extension puts in the place of the next header's own. */
export type Extension = Readonly<{ name?: string; size?: number }>;

/** Records of the form `LENGTH KEY=VALUE\n`, where the length counts the whole record. */
export function readPaxRecords(content: Buffer): Extension {
  let name: string | undefined;
  let size: number | undefined;
  for (let at = 0; at < content.length; ) {
    const space = content.indexOf(0x20, at);
    const digits = space === -1 ? '' : content.toString('latin1', at, space);
    const end = at + Number(digits);
    if (!/^[1-9]\d{0,8}$/.test(digits) || end > content.length || content[end - 1] !== 0x0a) {
      throw damaged('a pax record has a wrong length');
    }
    const record = content.toString('utf8', space + 1, end - 1);
    const equals = record.indexOf('=');
    if (equals < 1) throw damaged('a pax record has no key');
    const key = record.slice(0, equals);
    const value = record.slice(equals + 1);
    if (key.startsWith('GNU.sparse.')) throw sparse();
    if (key === 'path') name = value;
    if (key === 'size') size = parseDecimal(value);
    at = end;
  }
  return { ...(name === undefined ? {} : { name }), ...(size === undefined ? {} : { size }) };
}

/** A name of more than a hundred bytes, with a NUL at its end. */
export function readLongName(content: Buffer): Extension {
  const end = content.indexOf(0);
  return { name: content.toString('utf8', 0, end === -1 ? content.length : end) };
}

function sparse(): BundleRefused {
  return new BundleRefused(
    'archive_entry_refused',
    'the archive stores a file with holes; pack it without --sparse, or build it with `opa build`',
  );
}

function parseDecimal(value: string): number {
  const size = Number(value);
  if (!/^\d+$/.test(value) || !Number.isSafeInteger(size)) throw damaged('a pax record has a wrong size');
  return size;
}
