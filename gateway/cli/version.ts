// `portcullis version`.

import { readFile } from 'node:fs/promises';
import type { Command } from './command.ts';

export const version: Command = {
  name: 'version',
  summary: 'Print the version',
  examples: ['portcullis version'],
  prints: 'The version of Portcullis and of the Node it runs on.',
  async run({ terminal }) {
    const file = new URL('../../package.json', import.meta.url);
    const { version: number } = JSON.parse(await readFile(file, 'utf8')) as { version: string };
    terminal.stdout.write(`portcullis ${number} (node ${process.versions.node})\n`);
    return 0;
  },
};
