// A request as the gateway's admin side shows it, and which one somebody means.

import type { AdminApi } from '../admin-api.ts';
import { CommandError } from '../command.ts';

import type { SampleDocument } from './render-samples.ts';

export type RequestDocument = Readonly<{
  id: string;
  kind: string;
  status: string;
  resource: string;
  requester: Readonly<{ principal: string; kind: string; actor?: Readonly<{ subject: string }> }>;
  rule: string;
  reason?: string;
  purpose?: string;
  decision_id: string;
  session_id?: string;
  statement: string;
  parameters: readonly string[];
  sentences: readonly string[];
  /** Of a commit. */
  transaction?: readonly Readonly<{
    statement: string;
    parameters: readonly string[];
    sentences: readonly string[];
  }>[];
  blocks?: readonly string[];
  samples?: readonly SampleDocument[];
  /** Of the last days; only where one request is shown. */
  history?: Readonly<{
    days: number;
    requests: number;
    approved: number;
    denied: number;
    last: readonly Readonly<{
      id: string;
      status: string;
      resource: string;
      rule: string;
      sentence?: string;
      created_at: string;
    }>[];
    alike?: Readonly<{ requests: number; uses: number }>;
  }>;
  terms: Readonly<{
    approvers: readonly string[];
    count: number;
    scope: string;
    uses: number;
    break_glass?: readonly string[];
  }>;
  created_at: string;
  expires_at: string;
  settled_at?: string;
  words?: string;
  answers: readonly Readonly<{
    approver: string;
    answer: string;
    words?: string;
    broke_glass?: true;
    at: string;
  }>[];
}>;

export async function requestsWith(api: AdminApi, status: string): Promise<readonly RequestDocument[]> {
  const document = await api.ask('GET', `/v1/approvals?status=${encodeURIComponent(status)}`);
  return (document as { approvals: readonly RequestDocument[] }).approvals;
}

/** The id as it stands in a notice, or its first characters where they are of one request alone. */
export async function requestNamed(api: AdminApi, typed: string): Promise<RequestDocument> {
  const id = typed.toLowerCase();
  const read = async (whole: string) => (await api.ask('GET', `/v1/approvals/${whole}`)) as RequestDocument;
  if (/^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/.test(id)) return await read(id);
  const fitting =
    id.length < 4 ? [] : (await requestsWith(api, 'all')).filter((request) => request.id.startsWith(id));
  const [only, another] = fitting;
  if (only !== undefined && another === undefined) return await read(only.id);
  throw new CommandError(
    only === undefined
      ? `there is no request "${typed}" that you may see`
      : `${fitting.length} requests begin with "${typed}"`,
    { hint: 'portcullis approvals list shows those that wait.' },
  );
}
