// What a judge makes of recorded decisions is what it makes of them without remembering anything.
import { beforeAll, describe, expect, test } from 'vitest';
import type { Entry } from '../../../gateway/audit/index.ts';
import { Judge, mayBeDecided } from '../../../gateway/audit/index.ts';
import type { Candidate } from '../../../gateway/audit/what-if/judge.ts';
import type { Policy } from '../../../gateway/policy/index.ts';
import type { Input } from '../../../gateway/sql/index.ts';
import { policyOf } from '../../policy/engine/bundle.ts';
import fc from '../../support/properties.ts';
import { draftOf, type StoryStatement } from '../story.ts';

/** The rule says what was read: a decision that was reused wrongly counts as another change. */
const reading = (terms: readonly string[]) => `# METADATA
# entrypoint: true
default decision := {"effect": "deny", "rule": "test.default"}

decision := {"effect": "allow", "rule": json.marshal(read), "limits": {"max_rows": 1 + (input.request.time.hour % 2)}}

${terms.map((term, at) => `read contains [${at}, value] if value := ${term}`).join('\n\n')}
`;

const policies: Readonly<Record<string, string>> = {
  'the statement and the hour': reading(['input.statement', 'input.request.time.hour']),
  'the principal and the weekday': reading(['input.identity.principal', 'input.request.time.weekday']),
  'the second': reading(['input.request.time.unix']),
  'the session': reading(['input.session.id', 'input.statement.kind']),
  everything: reading(['input']),
};

const statements: readonly StoryStatement[] = ['human:ada', 'agent:bot'].flatMap((who) =>
  ['a', 'b'].flatMap((session) =>
    [
      { who, session, text: 'SELECT 1' },
      { who, session, text: 'SELECT 2' },
      { who, session, text: 'SELECT ssn', columns: ['public.customers.ssn'], labels: ['pii.ssn'] },
      { who, session, text: 'DELETE', kind: 'delete', effect: 'deny' as const, rule: 'test.default' },
    ].map((each) => each as StoryStatement),
  ),
);

type Told = Readonly<{ at: number; time: number; isFresh: boolean; own: Record<string, unknown> }>;

const told: fc.Arbitrary<Told> = fc.record({
  at: fc.nat(statements.length - 1),
  time: fc.constantFrom(0, 1, 999, 1000, 60_000, 3_600_000, 86_400_000, 7 * 86_400_000),
  isFresh: fc.boolean(),
  own: fc.constantFrom<Record<string, unknown>>(
    {},
    {},
    { input: { statement: { kind: 'update' } } },
    { decision: { effect: 'mask', rule: 'test.own', masks: [] } },
    { principal: 'human:else' },
    { input_cut: 'texts in it looked like secrets' },
  ),
});

/** Those of the same statement share their subjects, as they do when they are read. */
function entriesOf(all: readonly Told[]): Entry[] {
  const subjectsOf = (at: number): Entry['subjects'] => {
    const { subjects = {} } = draftOf(statements[at] as StoryStatement);
    return Object.fromEntries(Object.entries(subjects).map(([name, { json }]) => [name, JSON.parse(json)]));
  };
  const known = statements.map((_, at) => subjectsOf(at));
  return all.map(({ at, time, isFresh, own }, seq) => {
    const { type, session } = draftOf(statements[at] as StoryStatement);
    const event = {
      ...{ version: 1, id: `c/${seq}`, chain: 'c', seq, previous: '', hash: '', type, session, ...own },
      time: new Date(Date.UTC(2030, 0, 7) + time).toISOString(),
    };
    return { event, subjects: isFresh ? subjectsOf(at) : known[at] } as unknown as Entry;
  });
}

function remembering(policy: Policy): Candidate {
  const keys = { connect: policy.inputKey('connect'), statement: policy.inputKey('statement') };
  return {
    decide: (phase, input) => policy.decide(phase, input),
    keyOf: (phase, input) => keys[phase].of(input),
    reads: (phase, part, ...path) => keys[phase].reads(part, ...path),
  };
}

/** Each question is another one, of new objects, and its answer is read anew. */
function forgetting(policy: Policy): Candidate {
  let asked = 0;
  const evaluated = (phase: string, input: Input): object =>
    policy.evaluate(`gateway/${phase}/decision`, structuredClone(input)) as object;
  return {
    ...remembering(policy),
    decide: (phase, input) => ({ decision: evaluated(phase, input), lasting: false }),
    keyOf: () => String(asked++),
  };
}

const tallyOf = (candidate: Candidate, entries: readonly Entry[]) => {
  const judge = new Judge(candidate);
  for (const entry of entries) judge.judge(entry);
  return judge.take();
};

describe('decisions that are taken once for equal inputs', () => {
  const staged: { name: string; policy: Policy }[] = [];
  beforeAll(async () => {
    for (const [name, rules] of Object.entries(policies))
      staged.push({ name, policy: await policyOf(rules, { withDependencies: true }) });
  }, 300_000);

  test('are counted as if each were taken anew, with the same examples', () => {
    let spared = 0;
    for (const { name, policy } of staged)
      fc.assert(
        fc.property(fc.array(told, { minLength: 20, maxLength: 80 }), (all) => {
          const entries = entriesOf(all);
          const { distinct, ...found } = tallyOf(remembering(policy), entries);
          const { distinct: every, ...expected } = tallyOf(forgetting(policy), entries);
          spared += every - distinct;
          expect({ name, ...found }).toEqual({ name, ...expected });
        }),
        { numRuns: 60 },
      );
    expect(spared).toBeGreaterThan(1000);
  }, 300_000);

  test('are not kept where the answer may not come again', () => {
    const { policy } = staged[0] as { policy: Policy };
    let asked = 0;
    const failing: Candidate = {
      ...remembering(policy),
      decide: () => {
        asked += 1;
        return { decision: { effect: 'deny', rule: 'gateway.undecided' }, lasting: asked > 2 };
      },
    };
    const same = { at: 0, time: 0, isFresh: false, own: {} };
    tallyOf(failing, entriesOf([same, same, same, same]));
    expect(asked).toBe(3);
  });

  test('are known in the next part of the audit as well, and counted for each by itself', () => {
    const { policy } = staged[0] as { policy: Policy };
    const judge = new Judge(remembering(policy));
    const same = { at: 0, time: 0, isFresh: true, own: {} };
    const counts = [1, 2].map((many) => {
      for (const entry of entriesOf(Array.from({ length: many }, () => same))) judge.judge(entry);
      const { judged, distinct } = judge.take();
      return { judged, distinct };
    });
    expect(counts).toEqual([
      { judged: 1, distinct: 1 },
      { judged: 2, distinct: 0 },
    ]);
  });
});

const head = '{"version":1,"chain":"g.a","seq":1,"previous":"A","time":"2030-01-01T00:00:00.000Z"';
test.each([
  { name: 'an outcome', line: `${head},"type":"statement.outcome","outcome":{}}`, want: false },
  {
    name: 'an exported outcome',
    line: `${head.replace('1,"chain"', '1,"id":"g.a/1","chain"')},"type":"statement.outcome"}`,
    want: false,
  },
  { name: 'an intent', line: `${head},"type":"statement.intent"}`, want: true },
  {
    name: 'an intent that speaks of an outcome',
    line: `${head},"type":"statement.intent","text":"x","of":{"type":"statement.outcome"}}`,
    want: true,
  },
  { name: 'a subject', line: '{"shape":"A","subject":{"type":"statement.outcome"}}', want: true },
  { name: 'several events', line: `${head},"type":"statements","events":[],"of":[],"count":0}`, want: true },
  {
    name: 'what several events share',
    line: '{"context":"A","of":{"type":"statement.outcome"}}',
    want: true,
  },
  { name: 'another form', line: '{"type":"statement.outcome"}', want: true },
])('$name: worth reading is $want', ({ line, want }) => {
  expect(mayBeDecided(line)).toBe(want);
});
