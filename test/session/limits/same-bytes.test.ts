// With limits that are not reached, the client is answered with the very bytes that the server itself would send.
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { Fault } from '../../../gateway/lib/index.ts';
import { type AnswerLimits, allow, type Effect } from '../../../gateway/session/index.ts';
import { play, type Script, singleBytes, type Transcript, whole } from '../script.ts';
import { schema, scripts } from '../scripts.ts';
import { Stage } from '../support.ts';

const fault = new Fault('internal_error');
const roomy: AnswerLimits = {
  rows: { most: 1_000_000, over: 'error', fault },
  affected: { most: 1_000_000, fault: () => fault },
};
const effects: Readonly<Record<string, Effect>> = {
  'what it changes is counted': { kind: 'allow', limits: roomy },
  'it only reads': { kind: 'allow', limits: { ...roomy, readOnly: true } },
  'it would be cut': {
    kind: 'allow',
    limits: { readOnly: true, rows: { most: 1_000_000, over: 'cut', fault } },
  },
};

let stage: Stage;
const known = new Map<string, Transcript>();
beforeAll(async () => {
  stage = await Stage.start({ schema });
});
afterEach(() => stage.hangUp());
afterAll(() => stage?.stop());

async function directly(script: Script): Promise<Transcript> {
  const transcript = known.get(script.name) ?? (await play(await stage.direct(), script));
  known.set(script.name, transcript);
  return transcript;
}

describe.each(Object.keys(effects))('%s', (name) => {
  test.each(scripts)('$name', async (script) => {
    const direct = await directly(script);
    // What no decision is on has no limits: calls of functions, names of nothing, texts that are none.
    stage.decide = (statement) => (Array.isArray(statement.parsed()) ? (effects[name] as Effect) : allow);
    for (const cut of [whole, singleBytes]) {
      const through = await play(await stage.open(), script, cut);
      expect(through.line).toBe(direct.line);
      expect(through.bytes.equals(direct.bytes)).toBe(true);
    }
  });
});
