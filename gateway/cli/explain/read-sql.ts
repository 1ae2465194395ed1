// The SQL that explain is given: an argument, a file, or standard input.

import { readFile } from 'node:fs/promises';
import { CommandError, type Invocation, UsageError } from '../command.ts';

export async function readSql({ terminal, text, positionals: [typed] }: Invocation): Promise<string> {
  const file = text('file');
  if (typed !== undefined && file !== undefined) {
    throw new UsageError('there is SQL on the command line and in --file: give one of them');
  }
  if (typed !== undefined) return typed;
  if (file !== undefined) return readSqlFile(file);
  if (terminal.stdin.isTTY === true) throw new UsageError("'SQL' is missing");
  const chunks: string[] = [];
  for await (const chunk of terminal.stdin.setEncoding('utf8')) chunks.push(chunk);
  return chunks.join('');
}

async function readSqlFile(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw new CommandError(`${path} cannot be read: ${(error as NodeJS.ErrnoException).code}`);
  }
}
