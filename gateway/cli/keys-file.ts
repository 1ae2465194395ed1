// Which file the keys commands work on: the configuration's, or one named on the command line.

import { ConfigError, loadConfig } from '../config/index.ts';
import { CommandError, type Invocation, type OptionSpec, UsageError } from './command.ts';

export const keysFileOptions: Readonly<Record<string, OptionSpec>> = {
  config: {
    type: 'string',
    short: 'c',
    value: 'FILE',
    help: 'The configuration file; its identity.access_keys.file is used.',
  },
  file: { type: 'string', value: 'FILE', help: 'The access key file itself, instead of --config.' },
};

export async function resolveKeysFile({ text }: Invocation): Promise<string> {
  const file = text('file');
  if (file !== undefined) return file;
  const path = text('config');
  if (path === undefined) throw new UsageError('option --config FILE or --file FILE is missing');
  try {
    const { identity } = await loadConfig(path);
    if (identity.access_keys !== undefined) return identity.access_keys.file;
  } catch (error) {
    if (error instanceof ConfigError) throw new CommandError(`${path} is not valid\n${error.message}`);
    throw error;
  }
  throw new CommandError(`${path} has no access keys`, { hint: 'Set identity.access_keys.file in it.' });
}

/** Foreign errors of the key file, with its name. */
export async function withKeysFile<T>(file: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new CommandError(`the access key file ${file}: ${code ?? message}`);
  }
}
