// The data files of a policy repository, as one document that remembers which file and line each value is from.
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import { type Document, isMap, LineCounter, parseAllDocuments, parseDocument } from 'yaml';
import type { Path } from './path.ts';

/** One `data.yaml` or `data.json`: its folder says where in `data` it is. */
export type DataFile = Readonly<{
  /** Relative to the repository. */
  file: string;
  prefix: readonly string[];
  document: Document;
  lines: LineCounter;
  /** What makes it unreadable. */
  errors: readonly Readonly<{ line: number | undefined; text: string }>[];
}>;

const names = new Set(['data.yaml', 'data.yml', 'data.json']);

export async function readDataFiles(root: string, policies: string): Promise<DataFile[]> {
  const base = join(root, policies);
  const entries = await readdir(base, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => entry.isFile() && names.has(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  return Promise.all(
    paths.map(async (path) => {
      const folder = relative(base, dirname(path));
      const prefix = folder === '' ? [] : folder.split(sep);
      return { file: relative(root, path), prefix, ...parse(await readFile(path, 'utf8')) };
    }),
  );
}

function parse(text: string): Pick<DataFile, 'document' | 'lines' | 'errors'> {
  const lines = new LineCounter();
  // As OPA reads it: YAML 1.1, where `no` is false, without times.
  const document = parseDocument(text, {
    lineCounter: lines,
    version: '1.1',
    logLevel: 'silent',
    customTags: (tags) => tags.filter((tag) => typeof tag === 'string' || !tag.tag.endsWith(':timestamp')),
  });
  const errors = document.errors.map(({ pos, message }) => ({
    line: lines.linePos(pos[0]).line,
    text: message.split('\n')[0] ?? message,
  }));
  if (errors.length === 0 && parseAllDocuments(text).length > 1) {
    errors.push({ line: 1, text: 'a data file holds one document, without --- between several' });
  }
  if (errors.length === 0 && document.contents !== null && !isMap(document.contents)) {
    errors.push({ line: 1, text: 'it is no group of keys; OPA mounts it by them' });
  }
  return { document, lines, errors };
}

/** The document that `data` becomes, without files that can't be read. */
export function mergeData(files: readonly DataFile[]): Record<string, unknown> {
  const data: Record<string, unknown> = {};
  for (const { prefix, document, errors } of files) {
    if (errors.length > 0) continue;
    const content: unknown = document.toJS() ?? {};
    mergeInto(
      data,
      prefix.reduceRight((inner, step) => ({ [step]: inner }), content) as Record<string, unknown>,
    );
  }
  return data;
}

function mergeInto(place: Record<string, unknown>, value: Record<string, unknown>): void {
  for (const [key, inner] of Object.entries(value)) {
    const there = place[key];
    if (isObject(there) && isObject(inner)) mergeInto(there, inner);
    else place[key] = inner;
  }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Where the value at `path` is written, or what is around it. */
export function locate(
  files: readonly DataFile[],
  path: Path,
): { file: string; line: number | undefined } | undefined {
  for (let length = path.length; length >= 0; length -= 1) {
    const part = path.slice(0, length);
    for (const { file, prefix, document, lines, errors } of files) {
      if (errors.length > 0 || !prefix.every((step, at) => part[at] === step)) continue;
      const rest = part.slice(prefix.length);
      if (!document.hasIn(rest)) continue;
      return { file, line: lineOf(document, lines, rest) };
    }
  }
  return undefined;
}

function lineOf(document: Document, lines: LineCounter, path: Path): number | undefined {
  const key = path.at(-1);
  const parent = document.getIn(path.slice(0, -1), true);
  const pair = isMap(parent) ? parent.items.find((item) => String(item.key) === String(key)) : undefined;
  const node = (pair?.key ?? document.getIn(path, true)) as { range?: readonly number[] } | undefined;
  const start = node?.range?.[0];
  return start === undefined ? undefined : lines.linePos(start).line;
}
