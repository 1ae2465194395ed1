// A setting that the policy gave a session is not changed by any statement that is let through.
import { expect, test } from 'vitest';
import { fixedSettingChanged } from '../../gateway/server/guard/fixed-settings.ts';
import type { FunctionFact, StatementFacts } from '../../gateway/sql/index.ts';

const setConfig: FunctionFact = {
  schema: 'pg_catalog',
  name: 'set_config',
  signature: 'pg_catalog.set_config(text, text, boolean)',
  as: 'function',
  volatility: 'volatile',
  language: 'internal',
  class: 'set_session',
  builtin: true,
  securityDefiner: false,
  through: [],
};
const set = (name: string | undefined) => ({ effect: 'set', name, local: false, values: ['x'] }) as const;
const changed = (facts: Partial<StatementFacts>, fixed = ['app.tenant', 'app.user']) =>
  fixedSettingChanged(
    [{ session: [], functions: [], opaque: [], ...facts } as unknown as StatementFacts],
    fixed,
  );

test.each<{ name: string; facts: Partial<StatementFacts>; want: string | undefined }>([
  { name: 'nothing', facts: {}, want: undefined },
  { name: 'SET of it', facts: { session: [set('app.tenant')] }, want: 'app.tenant' },
  { name: 'SET of another', facts: { session: [set('app.x')] }, want: undefined },
  {
    name: 'set_config of it',
    facts: { session: [set('app.user')], functions: [setConfig] },
    want: 'app.user',
  },
  {
    name: 'set_config of another',
    facts: { session: [set('app.x')], functions: [setConfig] },
    want: undefined,
  },
  {
    name: 'set_config of what it works out, behind one of another',
    facts: { session: [set('app.x'), set(undefined)], functions: [setConfig] },
    want: 'app.tenant, app.user',
  },
  {
    name: 'set_config in a definition',
    facts: { functions: [{ ...setConfig, through: ['public.v'] }] },
    want: 'app.tenant, app.user',
  },
  {
    name: 'code that nobody can read',
    facts: { opaque: [{ reason: 'function', because: '' }] },
    want: 'app.tenant, app.user',
  },
])('$name', ({ facts, want }) => {
  expect(changed(facts)).toBe(want);
  expect(changed(facts, [])).toBeUndefined();
});
