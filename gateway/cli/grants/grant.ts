// A grant as the gateway's admin side shows it, and which one somebody means.

import type { AdminApi } from '../admin-api.ts';
import { CommandError } from '../command.ts';

export type GrantDocument = Readonly<{
  id: string;
  status: string;
  resource: string;
  principal: Readonly<{ principal: string; kind: string; actor?: Readonly<{ subject: string }> }>;
  rights_in_words: string;
  seconds: number;
  reason: string;
  eligible?: string;
  rule: string;
  decision_id: string;
  requested_at: string;
  from?: string;
  until?: string;
  approvers?: readonly string[];
  answered_by: readonly string[];
  open_until?: string;
  words?: string;
  revoked_by?: string;
  extension?: Readonly<{ request: string; until: string; approvers: readonly string[] }>;
}>;

export async function grantsOf(api: AdminApi, all: boolean): Promise<readonly GrantDocument[]> {
  const document = await api.ask('GET', `/v1/grants${all ? '?of=all' : ''}`);
  return (document as { grants: readonly GrantDocument[] }).grants;
}

export async function grantWith(api: AdminApi, id: string): Promise<GrantDocument> {
  return (await api.ask('GET', `/v1/grants/${id}`)) as GrantDocument;
}

/** By its id, or by the first characters of it where they are of one grant alone. */
export async function grantNamed(api: AdminApi, typed: string): Promise<GrantDocument> {
  const id = typed.toLowerCase();
  if (/^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/.test(id)) return await grantWith(api, id);
  const fitting = id.length < 4 ? [] : (await grantsOf(api, false)).filter((each) => each.id.startsWith(id));
  const [only, another] = fitting;
  if (only !== undefined && another === undefined) return only;
  throw new CommandError(
    only === undefined
      ? `there is no grant "${typed}" that you may see`
      : `${fitting.length} grants begin with "${typed}"`,
    { hint: 'portcullis grants list shows those that there are.' },
  );
}
