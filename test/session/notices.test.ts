// Sentences that a decision has the client told: where they stand in an answer, and that each comes once.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { Fault } from '../../gateway/lib/index.ts';
import { type BackendMessage, frontend as f, summary } from '../support/raw-client.ts';
import { Stage } from './support.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await Stage.start({ schema: 'CREATE TABLE things (id int)' });
});
beforeEach(() => {
  stage.decide = ({ text = '' }) => {
    const notices = text.includes('quiet') ? undefined : ['First sentence.', 'Second one.'];
    if (text.includes('refused')) return { kind: 'deny', fault: new Fault('decision_failed'), notices };
    if (text.includes('masked')) return { kind: 'mask', plans: [{ columns: [undefined] }], notices };
    return { kind: 'allow', notices };
  };
});
afterEach(() => stage.hangUp());
afterAll(() => stage?.stop());

const sentences = (answer: readonly BackendMessage[]) =>
  answer.filter(({ type }) => type === 'N').map(({ fields }) => fields);

describe('notices of a decision', () => {
  test.each([
    { of: 'a query', text: 'SELECT 1', want: 'N N T D C(SELECT 1) Z(I)' },
    {
      of: 'a query of several statements',
      text: 'SELECT 1; SELECT 2',
      want: 'N N T D C(SELECT 1) T D C(SELECT 1) Z(I)',
    },
    { of: 'an empty query', text: '/* nothing */', want: 'N N I Z(I)' },
    { of: 'a query that is refused', text: 'SELECT 1 /* refused */', want: 'N N E(42501) Z(I)' },
    { of: 'a query that fails', text: 'SELECT 1/0', want: 'N N E(22012) Z(I)' },
    { of: 'a query that is masked', text: 'SELECT 1 /* masked */', want: 'N N T D C(SELECT 1) Z(I)' },
    { of: 'a query without any', text: 'SELECT 1 /* quiet */', want: 'T D C(SELECT 1) Z(I)' },
  ])('stand in front of the answer to $of', async ({ text, want }) => {
    const client = await stage.open();
    expect(summary(await client.query(text))).toBe(want);
  });

  test('are notices as the server writes them', async () => {
    const client = await stage.open();
    expect(sentences(await client.query('SELECT 1'))).toEqual([
      { S: 'NOTICE', V: 'NOTICE', C: '00000', M: 'First sentence.' },
      { S: 'NOTICE', V: 'NOTICE', C: '00000', M: 'Second one.' },
    ]);
  });

  test('come with what runs, not with what is prepared, and once however often rows are fetched', async () => {
    const client = await stage.open();
    client.send(f.parse('SELECT generate_series(1, 3)', 's'), f.sync());
    expect(summary(await client.until('Z'))).toBe('1 Z(I)');
    client.send(
      f.bind({ statement: 's', portal: 'p' }),
      f.describePortal('p'),
      f.execute('p', 1),
      f.execute('p', 1),
      f.sync(),
    );
    expect(summary(await client.until('Z'))).toBe('2 T N N D s D s Z(I)');
    client.send(f.bind({ statement: 's' }), f.execute(), f.sync());
    expect(summary(await client.until('Z'))).toBe('2 N N D D D C(SELECT 3) Z(I)');
  });

  test('of a masked portal stand behind what the gateway asks for itself', async () => {
    const client = await stage.open();
    client.send(f.parse('SELECT 1 /* masked */'), f.bind({}), f.execute(), f.sync());
    expect(summary(await client.until('Z'))).toBe('1 2 N N D C(SELECT 1) Z(I)');
  });

  test('of several statements in a pipeline stand with each', async () => {
    const client = await stage.open();
    const run = (text: string) => [f.parse(text), f.bind({}), f.execute()];
    client.send(...run('SELECT 1'), ...run('SELECT 2 /* quiet */'), ...run('SELECT 3'), f.sync());
    expect(summary(await client.until('Z'))).toBe(
      '1 2 N N D C(SELECT 1) 1 2 D C(SELECT 1) 1 2 N N D C(SELECT 1) Z(I)',
    );
  });

  test('of what is refused when it is parsed stand in front of the error', async () => {
    const client = await stage.open();
    client.send(f.parse('SELECT 1 /* refused */'), f.bind({}), f.execute(), f.sync());
    expect(summary(await client.until('Z'))).toBe('N N E(42501) Z(I)');
  });

  test('of what is skipped behind a failure are not said', async () => {
    const client = await stage.open();
    client.send(f.parse('SELECT 1/0 /* quiet */'), f.bind({}), f.execute());
    client.send(f.parse('SELECT 1'), f.bind({}), f.execute(), f.sync());
    expect(summary(await client.until('Z'))).toBe('1 E(22012) Z(I)');
  });

  test('stand in front of COPY in both directions', async () => {
    const client = await stage.open();
    client.send(f.query('COPY things FROM STDIN'));
    expect(summary(await client.until('G'))).toBe('N N G');
    client.send(f.copyData('1\n'), f.copyDone());
    expect(summary(await client.until('Z'))).toBe('C(COPY 1) Z(I)');
    expect(summary(await client.query('COPY things TO STDOUT'))).toBe('N N H d c C(COPY 1) Z(I)');
  });

  test('of a cursor come with each FETCH, which is decided each time', async () => {
    const client = await stage.open();
    await client.query('BEGIN /* quiet */');
    await client.query('DECLARE c CURSOR FOR SELECT generate_series(1, 3) /* quiet */');
    expect(summary(await client.query('FETCH 1 FROM c'))).toBe('N N T D C(FETCH 1) Z(T)');
    client.send(f.parse('FETCH 1 FROM c'), f.bind({}), f.execute(), f.sync());
    expect(summary(await client.until('Z'))).toBe('1 2 N N D C(FETCH 1) Z(T)');
  });
});
