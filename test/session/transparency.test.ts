import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { play, type Script, singleBytes } from './script.ts';
import { schema, scripts } from './scripts.ts';
import { Stage } from './support.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await Stage.start({ schema });
});
afterEach(() => stage.hangUp());
afterAll(() => stage?.stop());

async function compare(script: Script, cut?: Parameters<typeof play>[2]): Promise<void> {
  const direct = await play(await stage.direct(), script);
  const through = await play(await stage.open(), script, cut);
  expect(through.line).toBe(direct.line);
  expect(through.bytes.equals(direct.bytes)).toBe(true);
}

describe('the same bytes sent are answered with the same bytes', () => {
  test.each(scripts)('$name', async (script) => compare(script));
});
describe('one byte at a time', () => {
  test.each(scripts)('$name', async (script) => compare(script, singleBytes));
});
