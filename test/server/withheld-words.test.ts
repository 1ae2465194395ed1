// Of which statements a client learns no words: those whose errors could repeat what it may not read.
import { describe, expect, test } from 'vitest';
import type { Decision } from '../../gateway/policy/index.ts';
import { withholdsWords } from '../../gateway/server/guard/withheld-words.ts';
import type { StatementFacts } from '../../gateway/sql/index.ts';

type Parts = { relations?: object[]; columns?: object[]; outputs?: object[] };
const facts = ({ relations = [], columns = [], outputs = [] }: Parts) =>
  ({ relations, columns, outputs }) as unknown as StatementFacts;
const on = (labels: string[], ...access: string[]) => facts({ relations: [{ labels, access }] });
const labelled = ['pii.ssn'];
const allowed: Decision = { effect: 'allow', rule: 'r' };

describe('words are withheld of what', () => {
  test.each([
    {
      what: 'reads a labelled column',
      of: facts({ columns: [{ labels: labelled, used: ['output'], usedInside: [] }] }),
    },
    {
      what: 'finds rows by one inside of a view',
      of: facts({ columns: [{ labels: labelled, used: [], usedInside: ['predicate'] }] }),
    },
    { what: 'returns a labelled value of a function', of: facts({ outputs: [{ labels: labelled }] }) },
    { what: 'inserts beside one', of: on(labelled, 'insert') },
    { what: 'updates beside one', of: on(labelled, 'select', 'update') },
    { what: 'deletes beside one', of: on(labelled, 'delete') },
    { what: 'changes the definition of its table', of: on(labelled, 'define') },
    { what: 'builds its indexes anew', of: on(labelled, 'maintain') },
  ])('$what', ({ of }) => {
    expect(withholdsWords(allowed, of)).toBe(true);
    expect(withholdsWords({ ...allowed, words: 'shown' }, of)).toBe(false);
    expect(withholdsWords({ effect: 'mask', rule: 'r', masks: [] as never }, of)).toBe(true);
  });

  test.each([
    { what: 'reads other columns of its table', of: on(labelled, 'select') },
    { what: 'locks its rows', of: on(labelled, 'select', 'lock') },
    { what: 'writes where nothing is labelled', of: on([], 'insert', 'update') },
    {
      what: 'reads columns without labels',
      of: facts({ columns: [{ labels: [], used: ['output'], usedInside: [] }], outputs: [{ labels: [] }] }),
    },
  ])('but not of what $what', ({ of }) => {
    expect(withholdsWords(allowed, of)).toBe(false);
  });
});
