// An export whose first events have lost what they said: those behind them keep theirs, and nobody gets another one's.
import { expect, test } from 'vitest';
import type { AuditEvent } from '../../../gateway/audit/index.ts';
import { EntryReader } from '../../../gateway/audit/query/source/entry.ts';

const shapes = { session: 'of ada', statement: 'of a select' };
const subjects = { session: { principal: 'human:ada' }, statement: { text: 'SELECT 1' } };
const line = (seq: number, members: Partial<AuditEvent>): string =>
  JSON.stringify({
    ...{ version: 1, id: `c/${seq}`, chain: 'c', seq, previous: '', time: '2026-03-01T10:00:00.000Z' },
    ...{ type: 'statement.intent', session: 's', shapes, hash: '', ...members },
  });

const whole = { subjects };
const ofALabel = { redacted: 'label', subjects: { session: subjects.session } };
const ofAge = { redacted: 'age' };

test.each([
  { name: 'all of it', events: [ofAge, whole, ofAge] },
  { name: 'the statement', events: [ofALabel, whole, ofALabel] },
  { name: 'nothing, and later all', events: [whole, ofAge, whole] },
  { name: 'the statement, and later all', events: [ofALabel, ofAge, whole, whole] },
])('of events that lost $name, each has the subjects that stand in it', ({ events }) => {
  const reader = new EntryReader();
  const read = events.flatMap((event, seq) => reader.read(line(seq, event)));
  expect(read.map((entry) => entry.subjects)).toEqual(
    events.map((event) => ('subjects' in event ? event.subjects : {})),
  );
});

test('whose events are whole, they share their subjects', () => {
  const reader = new EntryReader();
  const [one, other] = [1, 2].flatMap((seq) => reader.read(line(seq, whole)));
  expect(one?.subjects).toBe(other?.subjects);
});
