// The generated blocks of docs/, between <!-- generated: NAME --> and <!-- end of NAME -->.
import { readFile } from 'node:fs/promises';
import { type CatalogueEntry, catalogue } from '../../gateway/lib/index.ts';
import { commandReference } from './command-reference.ts';
import { configurationTables, type Schema } from './configuration-tables.ts';
import type { Generated } from './generated-file.ts';
import { statementTables } from './input-tables.ts';

const schemaNamed = async (name: string): Promise<Schema> =>
  JSON.parse(await readFile(new URL(`../../schemas/${name}.schema.json`, import.meta.url), 'utf8'));

type Blocks = Readonly<Record<string, () => Promise<string>>>;

export const documents: readonly Generated[] = [
  withBlocks('docs/commands.md', { commands: commandReference }),
  withBlocks('docs/configuration.md', {
    configuration: async () => configurationTables(await schemaNamed('config')),
  }),
  withBlocks('docs/errors.md', { errors: async () => errorTable(catalogue) }),
  withBlocks('docs/facts.md', { statement: async () => statementTables(await schemaNamed('input')) }),
];

function withBlocks(path: string, blocks: Blocks): Generated {
  return {
    file: new URL(`../../${path}`, import.meta.url),
    async generate(current) {
      let text = current;
      for (const [name, make] of Object.entries(blocks)) text = replaceBlock(path, text, name, await make());
      return text;
    },
  };
}

function replaceBlock(path: string, text: string, name: string, content: string): string {
  const begin = `<!-- generated: ${name} -->`;
  const end = `<!-- end of ${name} -->`;
  const [from, to] = [text.indexOf(begin), text.indexOf(end)];
  if (from === -1 || to < from) throw new Error(`${path} lacks the lines "${begin}" and "${end}"`);
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
