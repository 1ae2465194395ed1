// How well names alone tell what is sensitive: on names of several trades and languages, and on names of known programs.
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { labelScheme } from '../../gateway/classify/index.ts';
import { vocabulary } from '../../gateway/classify/names/dictionary.ts';
import { readCorpus, scoreOf } from './read-corpus.ts';

const corpus = readCorpus(new URL('corpus.txt', import.meta.url));
const unseen = readCorpus(new URL('unseen.txt', import.meta.url));

test('the corpus has hundreds of columns, about half of them harmless', () => {
  expect(corpus.length).toBeGreaterThan(400);
  expect(unseen.length).toBeGreaterThan(180);
  const sensitive = corpus.filter(({ wanted }) => wanted.length > 0).length;
  expect(sensitive / corpus.length).toBeGreaterThan(0.4);
  expect(sensitive / corpus.length).toBeLessThan(0.6);
});

test('what the vocabulary was made with is told to a column', () => {
  const { wrong, missed } = scoreOf(corpus, 0.5);
  expect({ wrong, missed }).toEqual({ wrong: [], missed: [] });
});

test('of names that it was not made with, 94 of 100 proposals are right and 3 of 4 columns are found', () => {
  const { precision, recall } = scoreOf(unseen, 0.5);
  expect(precision).toBeGreaterThan(0.94);
  expect(recall).toBeGreaterThanOrEqual(0.75);
});

test('a higher confidence means more that is right', () => {
  const all = [...corpus, ...unseen];
  expect(scoreOf(all, 0.9).precision).toBe(1);
  expect(scoreOf(all, 0.7).precision).toBeGreaterThan(0.98);
  expect(scoreOf(all, 0.5).precision).toBeGreaterThan(0.97);
});

test('the scheme says what each label of the vocabulary means, and no other', () => {
  const used = [...new Set(vocabulary.map(({ label }) => label))].sort();
  expect(labelScheme.map(({ label }) => label).sort()).toEqual(used);
});

test('the page on it has every label of the scheme', () => {
  const page = readFileSync(new URL('../../docs/classify.md', import.meta.url), 'utf8');
  const rows = [...page.matchAll(/^\| `([\w.]+\.[\w.]+)` \| (.+) \|$/gm)].map(([, label, means]) => ({
    label,
    means,
  }));
  expect(rows).toEqual(labelScheme);
});
