// `portcullis version`.

import { readFile } from 'node:fs/promises';
import type { Command } from './command.ts';

export const version: Command = {
  name: 'version',
  summary: 'Print the version',
  examples: ['portcullis version'],
  prints: 'The version of Portcullis and of the Node it runs on.',
  async run({ terminal }) {
    terminal.stdout.write(`portcullis ${await readVersion()} (node ${process.versions.node})\n`);
    return 0;
  },
};

export async function readVersion(): Promise<string> {
  const file = new URL('../../package.json', import.meta.url);
  return (JSON.parse(await readFile(file, 'utf8')) as { version: string }).version;
}
