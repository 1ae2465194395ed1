// `/v1/revocations`: what is withdrawn now, and withdrawing and giving back; for administrators.
import type { ApiResponse } from '../../admin/index.ts';
import type { Log } from '../../lib/index.ts';
import {
  lift,
  type NewRevocation,
  type Revocation,
  revocationKinds,
  revocationsInForce,
  revoke,
} from '../../revocation/index.ts';
import type { State } from '../../state/index.ts';
import { type Asked, notFound, type Route } from '../api/answer-api.ts';
import { wrong } from '../api/api-error.ts';
import { isId, textIn, timeIn } from '../api/body.ts';
import { type Administrators, checkAdministrator } from './administrators.ts';

export type RevocationsRoute = Readonly<{
  administrators: () => Administrators;
  /** Whether there is a state database; one isn't started only to find nothing in it. */
  hasState: () => Promise<boolean>;
  state: () => Promise<State>;
  /** Resolves when this process has acted on what was written. */
  refresh: () => Promise<void>;
  log: Log;
}>;

const VALUE_MOST = 512;
const REASON_MOST = 1_000;

/** GET and POST, and DELETE of `ID`. */
export const revocationsRoute =
  (options: RevocationsRoute): Route =>
  async (asked) => {
    checkAdministrator(asked, options.administrators());
    const [id, ...more] = asked.segments;
    if (more.length > 0 || (id !== undefined && !isId(id))) throw notFound(here);
    if (id === undefined && asked.method === 'GET') return await list(options);
    if (id === undefined && asked.method === 'POST') return await add(asked, options);
    if (id !== undefined && asked.method === 'DELETE') return await takeBack(id, asked, options);
    throw wrong(
      405,
      'revocations are read with GET, made with POST and lifted with DELETE',
      `There is ${here}.`,
    );
  };

const here = '/v1/revocations, and /v1/revocations/ID to be lifted';

async function list({ hasState, state }: RevocationsRoute): Promise<ApiResponse> {
  const revocations = (await hasState()) ? await revocationsInForce((await state()).query) : [];
  return { status: 200, body: { revocations: revocations.map(revocationDocument) } };
}

async function add(
  { body, principal }: Asked,
  { state, refresh, log }: RevocationsRoute,
): Promise<ApiResponse> {
  const revocation = await revoke((await state()).query, { ...revocationIn(body), by: principal.name });
  log.warn({ revocation: revocation.id, kind: revocation.kind, by: principal.name }, 'access withdrawn');
  await refresh();
  return { status: 201, body: revocationDocument(revocation) };
}

async function takeBack(
  id: string,
  { principal }: Asked,
  { state, refresh, log }: RevocationsRoute,
): Promise<ApiResponse> {
  const revocation = await lift((await state()).query, id, principal.name);
  log.warn({ revocation: id, kind: revocation.kind, by: principal.name }, 'access given back');
  await refresh();
  return { status: 200, body: revocationDocument(revocation) };
}

function revocationIn(body: Asked['body']): Omit<NewRevocation, 'by'> {
  const kind = revocationKinds.find((known) => known === body.kind);
  if (kind === undefined)
    throw wrong(400, 'kind is none that can be revoked', `It is one of ${revocationKinds.join(', ')}.`);
  const value = textIn(body, 'value', VALUE_MOST);
  if (value === undefined)
    throw wrong(
      400,
      'value is missing',
      "Name the principal, the key's id, the token's jti or the session's id.",
    );
  return {
    ...{ kind, value, resource: textIn(body, 'resource', VALUE_MOST) },
    ...{ reason: textIn(body, 'reason', REASON_MOST), until: timeIn(body, 'until') },
  };
}

const revocationDocument = ({ id, kind, value, resource, reason, by, at, until }: Revocation): object => ({
  ...{ id, kind, value, resource, reason, by },
  at: new Date(at).toISOString(),
  until: until === undefined ? undefined : new Date(until).toISOString(),
});
