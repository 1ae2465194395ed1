// Statements that the project has written down for other tests, whatever they are about.
import { readFileSync } from 'node:fs';
import { statementsFor } from '../analyzed/statements.ts';
import { corpus } from '../syntax/corpus.ts';

const read = (file: string): string => readFileSync(new URL(file, import.meta.url), 'utf8');

export const writtenStatements: readonly string[] = [
  ...new Set([
    ...read('statements.sql')
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('--')),
    ...statementsFor(18),
    ...corpus.map(({ sql }) => sql),
    ...read('../../facts/corpus/decision-support.sql')
      .split(/\n\n/)
      .map((paragraph) => paragraph.replace(/^--.*$/gm, '').trim())
      .filter((text) => text !== ''),
  ]),
];
