// `GET /v1/sessions/ID/watch`: what a session is shown, for administrators, while it is shown it.
import type { ApiResponse } from '../../admin/index.ts';
import { Fault, isLoopbackHost } from '../../lib/index.ts';
import type { Asked } from '../api/answer-api.ts';
import { type ApiError, wrong } from '../api/api-error.ts';
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
    const elsewhere = sessions.find(isThis);
    if (elsewhere === undefined) throw new Fault('session_unknown', { id });
    throw atAnother(elsewhere);
  }
  tell('administration.session_watched', { principal: principal.name, kind: principal.kind }, id);
  return { status: 200, body: { session: found }, watch: id };
}

/** What is watched passes through the gateway that has the session, and through no other: neither do tokens for it. */
function atAnother({ id, gateway }: SessionDocument): ApiError {
  const { host, admin } = gateway ?? {};
  const message = `the session is at another gateway${host === undefined ? '' : `, on ${host}`}`;
  if (admin === undefined) return wrong(409, message, 'Ask the admin side of that one.');
  const command = `portcullis sessions watch ${id} --admin ${admin}`;
  const isThereAlone = isLoopbackHost(new URL(admin).hostname);
  return wrong(409, message, isThereAlone ? `On that machine: ${command}` : `Watch it there: ${command}`);
}
