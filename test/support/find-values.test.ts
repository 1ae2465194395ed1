// What tests look for the absence of would be found.
import { expect, test } from 'vitest';
import { ValueFinder } from './find-values.ts';

const finder = new ValueFinder(['078-05-1120', '078-05-9999', 'Ünïcode', 'last']);

test.each([
  { name: 'at the beginning', text: '078-05-1120 …', want: ['078-05-1120'] },
  { name: 'at the end', text: 'the very last', want: ['last'] },
  {
    name: 'several, each once',
    text: 'x078-05-9999,last,Ünïcode,last',
    want: ['078-05-9999', 'last', 'Ünïcode'],
  },
  { name: 'not a part of one', text: '078-05-112 Ünïcod las', want: [] },
  { name: 'nothing in nothing', text: '', want: [] },
])('$name', ({ text, want }) => {
  expect(finder.find(Buffer.from(text))).toEqual(want);
  expect(finder.find(Buffer.concat([Buffer.alloc(100_000), Buffer.from(text)]))).toEqual(want);
});
