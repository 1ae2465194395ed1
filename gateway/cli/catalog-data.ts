// Labels and vouched functions from a file, as the data of a policy bundle will hold them.

import { readFile } from 'node:fs/promises';
import { parse, YAMLParseError } from 'yaml';
import { type CatalogData, CatalogDataError, noCatalogData, readCatalogData } from '../catalog/index.ts';
import { CommandError, type Invocation, type OptionSpec } from './command.ts';

export const catalogDataOption: Readonly<Record<'data', OptionSpec>> = {
  data: {
    type: 'string',
    value: 'FILE',
    help: 'A YAML or JSON file with labels of columns, and functions that you vouch for.',
  },
};

/** `resource`: the one whose own data count beside those for all. */
export async function readCatalogDataOption({ text }: Invocation, resource?: string): Promise<CatalogData> {
  const path = text('data');
  if (path === undefined) return noCatalogData;
  try {
    return readCatalogData(parse(await readFile(path, 'utf8')) ?? {}, resource);
  } catch (error) {
    if (error instanceof CatalogDataError) throw new CommandError(`${path}: ${error.message}`);
    if (error instanceof YAMLParseError)
      throw new CommandError(`${path} is neither YAML nor JSON: ${error.message.split('\n')[0]}`);
    throw new CommandError(`${path} cannot be read: ${(error as NodeJS.ErrnoException).code}`);
  }
}
