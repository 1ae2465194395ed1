// The help texts: one page for all commands, one for each.

import type { Command, OptionSpec } from './command.ts';
import { allOptions } from './parse-arguments.ts';

const width = 92;

/** What `portcullis --help` prints. */
export function overviewHelp(commands: ReadonlyArray<Readonly<{ name: string; summary: string }>>): string {
  const rows = commands.map(({ name, summary }) => [name, summary] as const);
  return [
    'portcullis: a policy-as-code gateway for PostgreSQL',
    '',
    'Usage: portcullis COMMAND [OPTIONS]',
    '',
    'Commands:',
    ...columns(rows),
    '',
    'portcullis COMMAND --help says more about one of them.',
    '',
  ].join('\n');
}

/** What `portcullis keys --help` and its like print. */
export function groupHelp(group: string, summary: string, commands: readonly Command[]): string {
  return [
    `${summary}.`,
    '',
    `Usage: portcullis ${group} COMMAND [OPTIONS]`,
    '',
    'Commands:',
    ...columns(commands.map((command) => [command.name, command.summary] as const)),
    '',
    `portcullis ${group} COMMAND --help says more about one of them.`,
    '',
  ].join('\n');
}

/** What `portcullis COMMAND --help` prints. */
export function commandHelp(command: Command): string {
  const usage = ['portcullis', command.name, '[OPTIONS]', command.usage].filter(Boolean).join(' ');
  const exits = { 0: 'It worked.', 2: 'The command line is wrong.', ...command.exits };
  return [
    `${command.summary}.`,
    '',
    `Usage: ${usage}`,
    ...(command.description === undefined ? [] : ['', ...wrap(command.description, '')]),
    '',
    'Options:',
    ...columns(
      Object.entries(allOptions(command)).map(([name, spec]) => [flags(name, spec), spec.help] as const),
    ),
    '',
    command.examples.length === 1 ? 'Example:' : 'Examples:',
    ...command.examples.map((example) => `  ${example}`),
    '',
    'Prints:',
    ...wrap(command.prints, '  '),
    '',
    'Exit codes:',
    ...columns(Object.entries(exits).map(([code, meaning]) => [code, meaning] as const)),
    '',
  ].join('\n');
}

function flags(name: string, spec: OptionSpec): string {
  const short = spec.short === undefined ? '    ' : `-${spec.short}, `;
  return `${short}--${name}${spec.type === 'string' ? ` ${spec.value ?? 'VALUE'}` : ''}`;
}

function columns(rows: ReadonlyArray<readonly [string, string]>): string[] {
  const left = Math.max(...rows.map(([name]) => name.length)) + 2;
  return rows.flatMap(([name, text]) =>
    wrap(text, ' '.repeat(left + 2)).map((line, index) =>
      index === 0 ? `  ${name.padEnd(left)}${line.trimStart()}` : line,
    ),
  );
}

function wrap(text: string, indent: string): string[] {
  return text.split('\n').flatMap((paragraph) => {
    const lines: string[] = [];
    let line = indent;
    for (const word of paragraph.split(' ')) {
      if (line.length > indent.length && line.length + word.length > width) {
        lines.push(line.trimEnd());
        line = indent;
      }
      line += `${word} `;
    }
    return [...lines, line.trimEnd()];
  });
}
