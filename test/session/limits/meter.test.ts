// A meter is told of every row before it is sent and of every change before it is committed, and can end the statement.
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { Fault } from '../../../gateway/lib/index.ts';
import type { AnswerMeter } from '../../../gateway/session/index.ts';
import { frontend as f, summary } from '../../support/raw-client.ts';
import { waitUntil } from '../../support/wait.ts';
import { Stage } from '../support.ts';
import { schema } from './support.ts';

/** Notes what it is told, and has room for so much. */
class Notes implements AnswerMeter {
  readonly told: string[] = [];
  #room: number;

  constructor(room = Number.POSITIVE_INFINITY) {
    this.#room = room;
  }

  began(): void {
    this.told.push('began');
  }

  passed(rows: number, bytes: number): Fault | undefined {
    this.told.push(`${rows} of ${bytes}`);
    return this.#take(rows);
  }

  affected(rows: number): Fault | undefined {
    this.told.push(`affected ${rows}`);
    return this.#take(rows);
  }

  ended(): void {
    this.told.push('ended');
  }

  #take(rows: number): Fault | undefined {
    this.#room -= rows;
    return this.#room < 0 ? new Fault('budget_not_counted') : undefined;
  }
}

describe('a meter', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await Stage.start({ schema });
  });
  afterEach(() => stage.hangUp());
  afterAll(() => stage?.stop());

  function metered(meter: AnswerMeter, readOnly: boolean): void {
    stage.decide = () => ({ kind: 'allow', limits: { meter, readOnly } });
  }

  test('is told of rows and of the bytes of their messages', async () => {
    const client = await stage.open();
    const meter = new Notes();
    metered(meter, true);
    await client.query("SELECT 'abc' UNION ALL SELECT 'ab'");
    await client.query("COPY (SELECT 'abc') TO STDOUT");
    expect(meter.told).toEqual(['began', '1 of 9', '1 of 8', 'ended', 'began', '1 of 4', 'ended']);
  });

  test('is told of changes, those of triggers too', async () => {
    const client = await stage.open();
    const meter = new Notes();
    metered(meter, false);
    expect(summary(await client.query('UPDATE watched SET id = id WHERE id < 3'))).toBe('C(UPDATE 2) Z(I)');
    expect(meter.told).toEqual(['began', 'affected 10', 'ended']);
  });

  test('is told of each Execute of a portal, and of changes once', async () => {
    const client = await stage.open();
    const meter = new Notes();
    metered(meter, false);
    client.send(f.query('BEGIN'));
    await client.until('Z');
    meter.told.length = 0;
    client.send(f.parse('UPDATE child SET id = id RETURNING 1'), f.bind({}));
    client.send(f.execute('', 3), f.execute('', 3), f.sync());
    expect(summary(await client.until('Z'))).toBe('1 2 D D D s D D C(UPDATE 2) Z(T)');
    const row = '1 of 7';
    expect(meter.told).toEqual(['began', row, row, row, 'affected 5', 'ended', 'began', row, row, 'ended']);
  });

  test('ends the statement with its fault: the row that it refuses is not sent', async () => {
    const client = await stage.open();
    metered(new Notes(2), true);
    expect(summary(await client.query('SELECT generate_series(1, 1000000000)'))).toBe('T D D E(53400) Z(I)');
    metered(new Notes(2), true);
    expect(summary(await client.query('COPY t TO STDOUT'))).toBe('H d d E(53400) Z(I)');
    metered(new Notes(4), false);
    expect(summary(await client.query('UPDATE child SET id = id + 100'))).toBe('E(53400) Z(I)');
    expect(await (await stage.direct()).rows('SELECT min(id) FROM child')).toEqual([['1']]);
  });

  test('hears the end of what fails, is cancelled or is left', async () => {
    const failing = new Notes();
    metered(failing, false);
    const client = await stage.open();
    expect(summary(await client.query('SELECT 1/0'))).toBe('E(22012) Z(I)');
    client.send(f.query('SELECT pg_sleep(3600)'));
    await stage.untilSleeping();
    await client.cancel();
    expect(summary(await client.until('Z'))).toBe('T E(57014) Z(I)');
    client.send(f.parse('SELECT nothing'), f.bind({}), f.execute(), f.sync());
    expect(summary(await client.until('Z'))).toBe('E(42703) Z(I)');
    expect(failing.told).toEqual(['began', 'ended', 'began', 'ended', 'began', 'ended']);

    const left = new Notes();
    metered(left, false);
    client.send(f.query('SELECT pg_sleep(3600)'));
    await stage.untilSleeping();
    client.destroy();
    await waitUntil('the meter to hear of it', async () => left.told.includes('ended'));
  });
});
