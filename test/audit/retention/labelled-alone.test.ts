// What is labelled has lines of its own: its label's time may be over before that of its kind.
import { expect, test } from 'vitest';
import { subjectOf } from '../../../gateway/audit/index.ts';
import { Basis } from '../../../gateway/server/audit/basis.ts';
import { PlainStatements } from '../../../gateway/server/audit/plain-statements.ts';
import type { Statement } from '../../../gateway/session/index.ts';
import type { StatementFacts } from '../../../gateway/sql/index.ts';
import { sampleFacts } from '../../sql/facts/sample-facts.ts';

const facts: StatementFacts = {
  ...sampleFacts.nothing,
  outputs: [
    {
      ...{ position: 1, name: 'decrypted', type: 25, columns: [], labels: [], direct: false },
      origin: { relation: 0, column: 0 },
    },
  ],
};
const relation = {
  oid: 1,
  schema: 'public',
  name: 'customers',
  kind: 'table',
  access: [],
  through: [],
} as const;

test.each<{ name: string; facts: StatementFacts; isPlain: boolean }>([
  { name: 'nothing labelled', facts, isPlain: true },
  {
    name: 'a labelled relation',
    facts: { ...facts, relations: [{ ...relation, labels: ['pii'] }] },
    isPlain: false,
  },
  {
    name: 'what a function gives, which is labelled',
    facts: { ...facts, outputs: facts.outputs.map((output) => ({ ...output, labels: ['pii'] })) },
    isPlain: false,
  },
])('a statement with $name', ({ facts, isPlain }) => {
  const statement = { path: 'bind', text: 'SELECT decrypted(1)' } as Statement;
  const effect = { kind: 'allow', basis: new Basis([{ facts }]) } as const;
  const plain = new PlainStatements('s').of(effect, statement, subjectOf({ principal: 'human:ada' }));
  expect(plain !== undefined).toBe(isPlain);
});
