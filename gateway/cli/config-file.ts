// The configuration file that a command is told of.

import { type Config, ConfigError, loadConfig } from '../config/index.ts';
import { CommandError, type Invocation, type OptionSpec, UsageError } from './command.ts';

export const configOption: Readonly<Record<'config', OptionSpec>> = {
  config: { type: 'string', short: 'c', value: 'FILE', help: 'The configuration file.' },
};

export function readConfigOption({ text }: Invocation): Promise<Config> {
  const path = text('config');
  if (path === undefined) throw new UsageError('option --config FILE is missing');
  return readConfig(path);
}

export async function readConfig(path: string): Promise<Config> {
  try {
    return await loadConfig(path);
  } catch (error) {
    if (error instanceof ConfigError) throw new CommandError(`${path} is not valid\n${error.message}`);
    throw error;
  }
}
