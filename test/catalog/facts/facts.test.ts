// The facts of statements on real servers, held against what was reviewed line by line in expected.txt.
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { printAnswer } from './print-facts.ts';
import { type FactsStage, startFactsStage } from './stage.ts';

/** Sections that begin with "» " and the statement. */
const sections = readFileSync(new URL('expected.txt', import.meta.url), 'utf8')
  .split(/^» /m)
  .slice(1)
  .map((section) => {
    const [statement = '', ...facts] = section.trimEnd().split('\n');
    return { statement, facts: facts.join('\n') };
  });

describe.each([15, 18] as const)('PostgreSQL %i', (version) => {
  let stage: FactsStage;
  beforeAll(async () => {
    stage = await startFactsStage(version);
  });
  afterAll(() => stage?.stop());

  test.each(sections)('$statement', async ({ statement, facts }) => {
    expect(printAnswer(await stage.facts(statement))).toBe(facts);
  });
});
