// The statements of statements.sql that a server of that version knows, put together with their frames.
import { readFileSync } from 'node:fs';

export const parameters = 'int, text, numeric, jsonb, int[], timestamptz, customer, text[]';
export const schema = readFileSync(new URL('schema.sql', import.meta.url), 'utf8');

export function statementsFor(version: number): readonly string[] {
  const statements: string[] = [];
  let frame = '%';
  let since = 0;
  for (const line of readFileSync(new URL('statements.sql', import.meta.url), 'utf8').split('\n')) {
    const [, heading, value = ''] = /^-- (frame|since) (.+)$/.exec(line) ?? [];
    if (heading === 'frame') frame = value;
    else if (heading === 'since') {
      since = Number(value);
      frame = '%';
    } else if (line !== '' && !line.startsWith('--') && since <= version)
      statements.push(frame.replace('%', () => line));
  }
  return statements;
}

export function wrap(statement: string): string {
  return `CREATE FUNCTION pg_temp.probe(${parameters}) RETURNS void LANGUAGE sql BEGIN ATOMIC ${statement}; END`;
}
