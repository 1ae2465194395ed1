// What is wrong with a configuration that wants to have recorded what cannot be.
import { expect, test } from 'vitest';
import type { Config } from '../../gateway/config/index.ts';
import { checkRecordings } from '../../gateway/config/sense/recordings.ts';

const problems = (audit: object): readonly string[] =>
  checkRecordings({ audit: { recordings: {}, mode: 'journal', ...audit } } as Config).map(
    ({ path, wrong }) => `${path.join('.')} ${wrong}`,
  );

test.each([
  { name: 'nothing in full needs no key', audit: { record: 'metadata' }, want: [] },
  {
    name: 'everything in full needs a key',
    audit: { record: 'full' },
    want: ['audit.recordings.public_key_file is missing while audit.record is full'],
  },
  {
    name: 'with a key it is right',
    audit: { record: 'full', recordings: { public_key_file: 'a.pub' } },
    want: [],
  },
  {
    name: 'an audit that is off records nothing',
    audit: { record: 'full', mode: 'off', recordings: { public_key_file: 'a.pub' } },
    want: ['audit.record is full while audit.mode is off'],
  },
])('$name', ({ audit, want }) => {
  expect(problems(audit)).toEqual(want);
});
