// The few backslash commands of `portcullis sql`, and a pointer for those it leaves to psql.

import type { Terminal } from '../command.ts';
import type { Expanded, Runner } from './runner.ts';

const help = `  ;        at the end of a line runs the statement
  ^C       cancels the running statement, or clears what you typed
  \\x       shows rows one field a line: on, off, auto
  \\?       shows this
  \\q, ^D   quits
`;

/** psql's catalog commands, as SQL that works here. */
const instead: Readonly<Record<string, string>> = {
  '\\d': "SELECT column_name, data_type FROM information_schema.columns WHERE table_name = '…';",
  '\\dt':
    "SELECT table_schema, table_name FROM information_schema.tables WHERE table_schema NOT IN ('pg_catalog', 'information_schema');",
  '\\dn': 'SELECT schema_name FROM information_schema.schemata;',
  '\\du': 'SELECT rolname FROM pg_roles;',
  '\\l': 'SELECT datname FROM pg_database;',
  '\\conninfo': 'SELECT current_database(), current_user;',
};

export function runBackslash(line: string, runner: Runner, terminal: Terminal): 'quit' | 'go on' {
  const [command = '', argument] = line.replace(/;$/, '').split(/\s+/);
  switch (command) {
    case '\\q':
    case '\\quit':
      return 'quit';
    case '\\?':
    case '\\h':
    case '\\help':
      terminal.stdout.write(help);
      return 'go on';
    case '\\x':
      runner.expanded = expandedMode(argument, runner.expanded);
      terminal.stdout.write(`Expanded display is ${runner.expanded}.\n`);
      return 'go on';
    default: {
      const sql = instead[command] ?? instead[command.replace(/[+S]+$/, '')];
      const pointer = sql === undefined ? 'Type \\? for help.' : `Instead:\n  ${sql}`;
      terminal.stderr.write(`${command} is a command of psql that this prompt doesn't have. ${pointer}\n`);
      return 'go on';
    }
  }
}

function expandedMode(argument: string | undefined, current: Expanded): Expanded {
  if (argument === 'on' || argument === 'off' || argument === 'auto') return argument;
  return current === 'on' ? 'off' : 'on';
}
