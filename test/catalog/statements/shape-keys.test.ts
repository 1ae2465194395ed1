// The key that a text gets by its skeleton is the one that the parser would give it.
import { beforeAll, describe, expect, test } from 'vitest';
import { parsedShapeOf, ShapeKeys } from '../../../gateway/catalog/statements/shape-keys.ts';
import { loadGrammar } from '../../../gateway/sql/index.ts';
import { generatedStatements } from '../../sql/shape/generated-statements.ts';
import {
  withAnotherToken,
  withComments,
  withOtherCase,
  withOtherConstants,
  withOtherValues,
} from '../../sql/shape/mutants.ts';
import { writtenStatements } from '../../sql/shape/written-statements.ts';
import fc from '../../support/properties.ts';
import { createRandom, type Random } from '../../support/random.ts';

beforeAll(() => loadGrammar());

/** One for all texts of this file: whatever it has learned of one must be true of the others. */
const keys = new ShapeKeys(16 * 1_048_576);
/** And one that forgets. */
const forgetful = new ShapeKeys(100_000);

const count = { texts: 0, withShape: 0, withoutParser: 0 };

function compare(text: string): void {
  const want = parsedShapeOf(text)?.key;
  for (const each of [keys, forgetful]) {
    const got = each.of(text);
    expect(got?.key, text).toBe(want);
    count.texts++;
    if (want !== undefined) count.withShape++;
    if (got?.parsed === false) count.withoutParser++;
  }
}

function compareWithMutants(text: string, random: Random): void {
  compare(text);
  compareWithValues(text, random, 3);
  const other = withOtherConstants(text, random, 'same kind');
  compare(other);
  compareWithValues(other, random, 3);
  compare(withOtherConstants(text, random, 'any'));
  compare(withAnotherToken(other, random));
  compare(withOtherConstants(withAnotherToken(text, random), random, 'same kind'));
  compare(withOtherCase(other, random));
  for (const one of withComments(text, random)) {
    compare(one);
    compareWithValues(one, random, 1);
  }
}

/** Other values of the constants that are free. */
function compareWithValues(text: string, random: Random, rounds: number): void {
  const free = parsedShapeOf(text)?.constants ?? [];
  if (free.length === 0) return;
  const ends = new Set(free.map(({ end }) => end));
  for (let round = 0; round < rounds; round++) compare(withOtherValues(text, random, ends));
}

describe('the key of a text', () => {
  test('is the parser’s for written statements, with other constants, and with something between', () => {
    const random = createRandom(1);
    for (const text of writtenStatements) compareWithMutants(text, random);
  });

  test('is the parser’s for generated statements', () => {
    // A run with SHAPE_RUNS=100000 takes minutes.
    fc.assert(
      fc.property(generatedStatements, fc.nat(), (text, seed) =>
        compareWithMutants(text, createRandom(seed)),
      ),
      { numRuns: Number(process.env.SHAPE_RUNS ?? 1_500) },
    );
  });

  test('was often found without the parser, or nothing is proven', () => {
    if (process.env.SHAPE_RUNS) console.log(count);
    expect(count.withoutParser).toBeGreaterThan(count.withShape / 5);
  });
});
