// Masks at a real server: whichever way a result is asked for, no value of a masked column reaches the client.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { play, singleBytes, whole } from '../script.ts';
import { Stage } from '../support.ts';
import { cases, rowsThrough, schema } from './cases.ts';
import { maskAsWritten } from './support.ts';

describe.each([15, 18] as const)('PostgreSQL %i', (version) => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await Stage.start({ schema, postgres: { version } });
  });
  beforeEach(() => {
    stage.decide = maskAsWritten;
  });
  afterEach(() => stage.hangUp());
  afterAll(() => stage?.stop());

  describe.each(cases)('$name', ({ steps, want }) => {
    test.each([
      { how: 'whole', cut: whole },
      { how: 'one byte at a time', cut: singleBytes },
    ])('$how', async ({ cut }) => {
      const client = await stage.open();
      expect(await rowsThrough(client, steps, cut)).toEqual(want);
      expect(client.receivedBytes.includes('secret')).toBe(false);
    });

    test('with every other message as the server has sent it', async () => {
      const script = { name: '', steps: [Buffer.concat(steps)] };
      const direct = await play(await stage.direct(), script);
      const through = await play(await stage.open(), script);
      const others = ({ messages }: typeof direct) =>
        messages.map((each) => (each.type === 'D' ? 'D' : each.bytes.toString('latin1')));
      expect(others(through)).toEqual(others(direct));
    });
  });
});
