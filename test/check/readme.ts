// The README's generated blocks, between <!-- generated: NAME --> and <!-- end of NAME -->.
import { readFile } from 'node:fs/promises';
import { type CatalogueEntry, catalogue } from '../../gateway/lib/index.ts';
import { commandReference } from './command-reference.ts';
import { configurationTables, type Schema } from './configuration-tables.ts';
import type { Generated } from './generated-file.ts';

const schemaFile = new URL('../../schemas/config.schema.json', import.meta.url);

const blocks: Readonly<Record<string, () => Promise<string>>> = {
  configuration: async () => configurationTables(JSON.parse(await readFile(schemaFile, 'utf8')) as Schema),
  commands: commandReference,
  errors: async () => errorTable(catalogue),
};

export const readme: Generated = {
  file: new URL('../../README.md', import.meta.url),
  async generate(current) {
    let text = current;
    for (const [name, make] of Object.entries(blocks)) text = replaceBlock(text, name, await make());
    return text;
  },
};

function replaceBlock(text: string, name: string, content: string): string {
  const begin = `<!-- generated: ${name} -->`;
  const end = `<!-- end of ${name} -->`;
  const [from, to] = [text.indexOf(begin), text.indexOf(end)];
  if (from === -1 || to < from) throw new Error(`README.md lacks the lines "${begin}" and "${end}"`);
  return `${text.slice(0, from + begin.length)}\n\n${content}\n\n${text.slice(to)}`;
}

function errorTable(entries: Readonly<Record<string, CatalogueEntry>>): string {
  const rows = Object.entries(entries).map(
    ([code, entry]) =>
      `| \`${code}\` | ${entry.sqlstate} | ${[entry.message, entry.hint].filter(Boolean).join('<br>')} | ${entry.operator} |`,
  );
  return [
    '| Code | SQLSTATE | What the client reads | What the operator does |',
    '|---|---|---|---|',
    ...rows,
  ].join('\n');
}
