// Proposes classes for the functions of real servers: those without an entry, or (--write) both files anew.
import { readFileSync, writeFileSync } from 'node:fs';
import { type FunctionEntry, parseClassList, printSignature } from '../../../gateway/catalog/index.ts';
import { extensionFamilyOf, type Family, familyOf } from './families/index.ts';
import { printClassList } from './print-class-list.ts';
import { readServerFunctions, type ServerFunction } from './server-functions.ts';
import { serverVersions, withServer } from './with-server.ts';

const folder = new URL('../../../gateway/catalog/functions/', import.meta.url);
const files = { builtin: 'pg-catalog.txt', extension: 'extensions.txt' } as const;
const write = process.argv.includes('--write');

const proposed = { builtin: new Map<string, FunctionEntry>(), extension: new Map<string, FunctionEntry>() };
for (const version of serverVersions)
  for (const found of await withServer(version, readServerFunctions)) propose(found, version);

for (const kind of ['builtin', 'extension'] as const) {
  const file = new URL(files[kind], folder);
  const before = readFileSync(file, 'utf8');
  if (write) {
    const heading = before.slice(0, before.indexOf('\n['));
    writeFileSync(file, `${heading}\n${printClassList(proposed[kind])}`);
    continue;
  }
  const known = parseClassList(before);
  const missing = [...proposed[kind]].filter(([line]) => !known.has(line));
  if (missing.length > 0) console.log(`# For ${files[kind]}\n${printClassList(new Map(missing))}`);
}

function propose(found: ServerFunction, version: number): void {
  const { schema, name, argumentTypes, extension } = found;
  const builtin = found.oid < 16384;
  if (builtin) add('builtin', printSignature(schema, name, argumentTypes), familyOf(found));
  // plpgsql is both: born with the server, but pg_upgrade brings it back as an extension.
  if (extension !== null) add('extension', `${extension}/${name}`, extensionFamilyOf(found));

  function add(kind: keyof typeof files, line: string, family: Family | undefined): void {
    if (family) proposed[kind].set(line, asEntry(family));
    else console.warn(`nobody has looked at ${line} of PostgreSQL ${version}: ${found.description ?? ''}`);
  }
}

function asEntry({ class: choice, title, note }: Family): FunctionEntry {
  return { class: choice, family: title, note };
}
