// What is kept of a request for whoever decides about those who answer it.
import { Fault } from '../lib/index.ts';
import type { Input } from '../sql/index.ts';
import type { Query } from '../state/index.ts';
import type { Draft } from './request.ts';

export type Asked = Readonly<{
  facts: Draft['facts'] | undefined;
  /** Of the other statements of a commit. */
  others: readonly Draft['facts'][];
  access: Input['access'];
  session: Draft['session'];
  resource: Draft['resourceInput'];
}>;

type Stored = Omit<Asked, 'facts' | 'others' | 'access'> &
  Readonly<{ statement?: Draft['facts']; others?: Asked['others']; access?: Asked['access'] }>;

export const storedFacts = (draft: Draft): Stored => ({
  statement: draft.facts,
  ...(draft.otherFacts === undefined ? {} : { others: draft.otherFacts }),
  session: draft.session,
  resource: draft.resourceInput,
});

export async function asked(query: Query, id: string): Promise<Asked> {
  const [row] = await query<{ facts: Stored }>('SELECT facts FROM portcullis.request WHERE id = $1', [id]);
  if (row === undefined) throw new Fault('approval_unknown', { id });
  const { statement, others = [], access, ...rest } = row.facts;
  return { ...rest, access, facts: statement, others };
}
