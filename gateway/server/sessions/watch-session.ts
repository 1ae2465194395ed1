// `GET /v1/sessions/ID/watch`: what a session is shown, for administrators, while it is shown it.
import type { ApiResponse } from '../../admin/index.ts';
import { Fault } from '../../lib/index.ts';
import type { Asked } from '../api/answer-api.ts';
import { wrong } from '../api/api-error.ts';
import type { Everywhere } from './everywhere.ts';
import type { SessionDocument } from './session-document.ts';
import type { SessionsQuestion } from './sessions-here.ts';

export type WatchSession = Readonly<{
  everywhere: Everywhere;
  /** Asks the processes of this gateway alone. */
  ofThisGateway: (question: SessionsQuestion) => Promise<readonly SessionDocument[]>;
  /** Throws when it can't be written. */
  tell: (type: string, members: Readonly<Record<string, unknown>>, session: string) => void;
}>;

/** Whoever watches is on the record before anything is shown. */
export async function watchSession(
  id: string,
  { principal, method }: Asked,
  isAdministrator: boolean,
  { everywhere, ofThisGateway, tell }: WatchSession,
): Promise<ApiResponse> {
  if (method !== 'GET')
    throw wrong(405, 'a session is watched with GET', 'There is GET /v1/sessions/ID/watch.');
  if (!isAdministrator) throw new Fault('not_administrator');
  const isThis = (session: SessionDocument): boolean => session.id === id;
  const found = (await ofThisGateway({ ask: 'list' })).find(isThis);
  if (found === undefined) {
    const { sessions } = await everywhere({ ask: 'list' });
    if (!sessions.some(isThis)) throw new Fault('session_unknown', { id });
    throw wrong(409, 'the session is at another gateway', 'Ask the admin side of that one.');
  }
  tell('administration.session_watched', { principal: principal.name, kind: principal.kind }, id);
  return { status: 200, body: { session: found }, watch: id };
}
