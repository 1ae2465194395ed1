// Statements of the same millisecond share a line: what is written is what its form says, and what reads it finds the same.
import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { contextIn } from '../../../gateway/audit/event/context.ts';
import { Contexts } from '../../../gateway/audit/event/contexts.ts';
import { lineEndBytes, readLine } from '../../../gateway/audit/event/line.ts';
import { eventsIn, readStatements, statementsBody } from '../../../gateway/audit/event/statements-line.ts';
import { type Journal, outcomesOf, StatementContext, subjectOf } from '../../../gateway/audit/index.ts';
import type { Lines } from '../../../gateway/audit/journal/lines.ts';
import { makeStage, type Stage } from './stage.ts';

let stage: Stage;
let journal: Journal;
let now: number;
beforeEach(async () => {
  stage = makeStage();
  now = Date.parse('2031-02-03T04:05:06.789Z');
  journal = await stage.open({}, { clock: { now: () => now } });
});
afterEach(async () => {
  await journal.close();
  stage.remove();
});

const contextOfSession = (session: string, text = 'SELECT 1'): StatementContext =>
  new StatementContext(
    session,
    { session: subjectOf({ principal: session }), statement: subjectOf({ text }) },
    { path: 'bind' },
    outcomesOf(session),
  );
const saying = (json: string) => ({ write: (into: Lines) => into.add(json) });
const answer = { rows: 1, bytes: 15, affected: 0, tag: 'SELECT 1' };

/** Each line of several events, with what its form makes of it. */
function linesOfSeveral() {
  const contexts = new Contexts();
  const found = [];
  for (const text of stage.text().split('\n').filter(Boolean)) {
    const context = contextIn(text);
    if (context !== undefined) contexts.add(context);
    const head = readLine(text);
    const line = head && readStatements(text, head);
    if (line === undefined) continue;
    const events = eventsIn(line, contexts);
    found.push({ text, head: line.head, events: events ?? [] });
  }
  return found;
}

describe('events of the same millisecond', () => {
  test('stand in one line, which can be made again from them', async () => {
    const one = contextOfSession('one');
    const other = contextOfSession('other', 'SELECT $1');
    for (const each of [one, other]) journal.begin(each, saying('0'));
    await turn();
    now += 1;
    const first = journal.begin(one, saying('0'));
    journal.begin(other, saying('["7","a.b",null]'));
    journal.complete(one, first, 5321, answer);
    await turn();
    const line = linesOfSeveral().at(-1);
    expect(line?.events).toMatchObject([
      { id: `${journal.chain}/4`, type: 'statement.intent', session: 'one', path: 'bind' },
      { seq: 5, session: 'other', statement: `${journal.chain}/5`, parameters: ['7', 'a.b', null] },
      {
        ...{ seq: 6, type: 'statement.outcome', session: 'one', statement: `${journal.chain}/4` },
        outcome: { ...answer, milliseconds: 5.321, state: 'complete' },
        sealed: { count: 3, first: 4 },
      },
    ]);
    expect(line?.events[0]).not.toHaveProperty('parameters');
    expect(line?.text.slice(0, -lineEndBytes)).toBe(statementsBody(line?.events ?? []));
    expect((await stage.verify()).problem).toBeUndefined();
  });
});
