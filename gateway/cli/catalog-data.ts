// Labels and vouched functions from a file, as the data of a policy bundle will hold them.

import { readFile } from 'node:fs/promises';
import { type CatalogData, CatalogDataError, noCatalogData, readCatalogData } from '../catalog/index.ts';
import { CommandError, type Invocation, type OptionSpec } from './command.ts';

export const catalogDataOption: Readonly<Record<'data', OptionSpec>> = {
  data: {
    type: 'string',
    value: 'FILE',
    help: 'A JSON file with labels of columns, and functions that you vouch for.',
  },
};

export async function readCatalogDataOption({ text }: Invocation): Promise<CatalogData> {
  const path = text('data');
  if (path === undefined) return noCatalogData;
  try {
    return readCatalogData(JSON.parse(await readFile(path, 'utf8')));
  } catch (error) {
    if (error instanceof CatalogDataError) throw new CommandError(`${path}: ${error.message}`);
    if (error instanceof SyntaxError) throw new CommandError(`${path} is no JSON: ${error.message}`);
    throw new CommandError(`${path} cannot be read: ${(error as NodeJS.ErrnoException).code}`);
  }
}
