// Whether the data that teams edit have the form that the policies expect.
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Ajv2020, type DefinedError } from 'ajv/dist/2020.js';
import { CatalogDataError, readCatalogData } from '../../../catalog/index.ts';
import type { PolicyRepository } from '../repository.ts';
import { type DataFile, locate, mergeData, readDataFiles } from './data-files.ts';
import { count, type Finding } from './finding.ts';
import { maskPatternProblems } from './mask-patterns.ts';
import { type Path, printPath } from './path.ts';
import { describeProblems } from './schema-problem.ts';

const about = 'data';

export async function checkData({ root, policies, schemas }: PolicyRepository): Promise<Finding> {
  const files = await readDataFiles(root, policies);
  const unreadable = files.flatMap(({ file, errors }) =>
    errors.map(({ line, text }) => `${place(file, line)}: ${text}`),
  );
  const data = mergeData(files);
  const details = [
    ...unreadable,
    ...(await accessProblems(join(root, schemas), files, data.access)),
    ...catalogProblems(files, data.catalog),
  ];
  if (details.length > 0) return { grade: 'bad', about, text: count(details.length, 'problem'), details };
  return {
    grade: 'good',
    about,
    text: files.length === 0 ? 'none' : files.map(({ file }) => file).join(', '),
  };
}

/** Each file of the repository's own `data.X` may have its schema: `schemas/access.schema.json` is that of `data.access`. */
async function accessProblems(
  schemas: string,
  files: readonly DataFile[],
  access: unknown,
): Promise<string[]> {
  const path = join(schemas, 'access.schema.json');
  if (access === undefined || !existsSync(path)) return [];
  const ajv = new Ajv2020({ allErrors: true, verbose: true, allowUnionTypes: true, strict: false });
  const validate = ajv.compile(JSON.parse(await readFile(path, 'utf8')));
  if (validate(access)) {
    return maskPatternProblems(access).map(({ path: at, text }) => located(files, at, text));
  }
  return describeProblems(validate.errors as DefinedError[], access).map((problem) =>
    located(files, ['access', ...problem.path], problem.text),
  );
}

function catalogProblems(files: readonly DataFile[], catalog: unknown): string[] {
  if (catalog === undefined) return [];
  try {
    readCatalogData(catalog);
    return [];
  } catch (error) {
    if (error instanceof CatalogDataError) return [located(files, ['catalog'], error.message)];
    throw error;
  }
}

function located(files: readonly DataFile[], path: Path, text: string): string {
  const found = locate(files, path);
  const name = printPath(path);
  return found === undefined ? `${name}: ${text}` : `${place(found.file, found.line)}: ${name}: ${text}`;
}

const place = (file: string, line: number | undefined): string =>
  line === undefined ? file : `${file}:${line}`;
