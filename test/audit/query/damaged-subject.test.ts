// What events share stands in one line: where that is damaged, the events are there without it, and the line is told of.
import { expect, test } from 'vitest';
import { subjectOf } from '../../../gateway/audit/event/subject.ts';
import { EntryReader } from '../../../gateway/audit/query/source/entry.ts';
import { intent, MixedSegment } from '../journal/mixed-segment.ts';

test.each([
  { what: 'is cut', of: (json: string) => json.slice(0, -1) },
  { what: 'is another kind of value', of: () => '7' },
])('a subject that $what takes nothing else with it', ({ of }) => {
  const subjects = { session: subjectOf({ principal: 'ada' }), statement: subjectOf({ text: 'SELECT 1' }) };
  const segment = new MixedSegment();
  segment.together(intent('one', subjects), intent('one', subjects));
  const { json } = subjects.statement;
  const reader = new EntryReader();
  const entries = segment.lines.flatMap((line) => reader.read(line.trimEnd().replace(json, of(json))));
  expect(entries.map((entry) => entry.subjects)).toEqual([
    { session: { principal: 'ada' } },
    { session: { principal: 'ada' } },
  ]);
  expect(reader.unreadable).toBe(1);
});
