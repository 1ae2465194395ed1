// Every rule has a test that fails without it: all cases are decided once more with each of the rules switched off, and
// with each of their conditions.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Case, readCases } from './cases.ts';
import { copyWithSwitches, type Switch, switches } from './mutants.ts';
import { type Compiled, compile } from './opa.ts';

let folder: string;
let all: readonly Switch[];
let starter: Compiled;
let cases: readonly Case[];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'switched-policy-'));
  all = await copyWithSwitches('policies', join(folder, 'policies'));
  starter = await compile([join(folder, 'policies'), 'policy-tests/rules']);
  cases = Object.values((await readCases()).all);
});

afterAll(() => rm(folder, { recursive: true, force: true }));

it('the cases are decided as they want while everything is there', () => {
  expect(cases.filter((one) => !isAsWanted(one, switches()))).toEqual([]);
});

it('a case is decided otherwise without each of the rules and conditions', () => {
  const unnoticed = all.filter(({ place }) => cases.every((one) => isAsWanted(one, switches(place))));
  expect(unnoticed.map(({ place, what }) => `${place} ${what}`)).toEqual([]);
});

function isAsWanted({ entrypoint, input, access, for_tests, want, without }: Case, off: object): boolean {
  starter.policy.setData({ ...starter.data, access, for_tests, ...off });
  const decision = decide(input, entrypoint);
  if (decision === undefined) return false;
  return (
    Object.entries(want).every(([key, value]) => isDeepStrictEqual(decision[key], value)) &&
    !without.some((key) => key in decision)
  );
}

/** Without one of its parts a policy may contradict itself: then nothing is decided. */
function decide(input: unknown, entrypoint: string): Record<string, unknown> | undefined {
  try {
    return starter.policy.evaluate(input, entrypoint)[0]?.result as Record<string, unknown> | undefined;
  } catch {
    return undefined;
  }
}
