// The examples of docs/masks.md are what the masks do.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import type { MaskRule } from '../../gateway/mask/index.ts';
import { masked, type TypeName } from './masked.ts';

const text = readFileSync(new URL('../../docs/masks.md', import.meta.url), 'utf8');
const [, examples = ''] = /\| Mask \| Type \| Value \| Becomes \|\n\|[-|]+\|\n((?:\|.*\n)+)/.exec(text) ?? [];
const [, keyed = ''] =
  /\| Mask \| Type \| Value \| Becomes, for example \|\n\|[-|]+\|\n((?:\|.*\n)+)/.exec(text) ?? [];

const cells = (table: string): string[][] =>
  table
    .trim()
    .split('\n')
    .map((line) => line.slice(2, -2).split(' | '))
    .map((row) => row.map((cell) => cell.replace(/^`(.*)`$/, '$1')));

describe('the examples', () => {
  it.each(cells(examples))('%s of %s %s is %s', (rule, type, value, becomes) => {
    expect(masked(parse(rule ?? '') as MaskRule, type as TypeName, value ?? '') ?? 'NULL').toBe(becomes);
  });

  it.each(cells(keyed))('%s of %s %s has the form of %s', (rule, type, value, becomes) => {
    const shown = masked(parse(rule ?? '') as MaskRule, type as TypeName, value ?? '') ?? '';
    const formOf = (token: string) => token.replace(/\d/g, '9').replace(/[A-Z]/g, 'A').replace(/[a-z]/g, 'a');
    if ((rule ?? '').includes('hash')) expect(shown).toMatch(new RegExp(`^[\\da-f]{${becomes?.length}}$`));
    else expect(formOf(shown)).toBe(formOf(becomes ?? ''));
  });

  it('are there', () => {
    expect(cells(examples).length).toBeGreaterThan(15);
    expect(cells(keyed).length).toBeGreaterThan(3);
  });
});
