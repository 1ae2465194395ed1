// `/v1/sessions`: who is logged in and what they do, and ending it; for administrators, and for one's own.
import type { ApiResponse } from '../../admin/index.ts';
import { Fault } from '../../lib/index.ts';
import { revoke } from '../../revocation/index.ts';
import type { State } from '../../state/index.ts';
import { type Asked, notFound, type Route } from '../api/answer-api.ts';
import { wrong } from '../api/api-error.ts';
import { isId } from '../api/body.ts';
import { type Administrators, isAdministrator } from '../standing/administrators.ts';
import type { Everywhere } from './everywhere.ts';
import type { SessionDocument } from './session-document.ts';
import { type WatchSession, watchSession } from './watch-session.ts';

export type SessionsRoute = Readonly<{
  administrators: () => Administrators;
  everywhere: Everywhere;
  watching: Omit<WatchSession, 'everywhere'>;
  hasState: () => Promise<boolean>;
  state: () => Promise<State>;
}>;

/** What ends a session at another gateway is over long before that: its id never comes again. */
const ELSEWHERE_MS = 3_600_000;

/** GET, DELETE of `ID`, and GET of `ID/watch`. */
export const sessionsRoute =
  (options: SessionsRoute): Route =>
  async (asked) => {
    const [id, ...more] = asked.segments;
    const isWatch = more.length === 1 && more[0] === 'watch';
    if ((more.length > 0 && !isWatch) || (id !== undefined && !isId(id))) throw notFound(here);
    const isAll = isAdministrator(asked, options.administrators());
    if (id !== undefined && isWatch)
      return await watchSession(id, asked, isAll, { ...options.watching, everywhere: options.everywhere });
    const mine = ({ principal }: SessionDocument): boolean => isAll || principal === asked.principal.name;
    if (id === undefined && asked.method === 'GET') {
      const { sessions, silent } = await options.everywhere({ ask: 'list' });
      return { status: 200, body: { sessions: sessions.filter(mine).toSorted(bySince), silent } };
    }
    if (id !== undefined && asked.method === 'DELETE') return await end(id, asked, isAll, mine, options);
    throw wrong(405, 'sessions are read with GET and ended with DELETE', `There is ${here}.`);
  };

const here = '/v1/sessions, /v1/sessions/ID to be ended, and /v1/sessions/ID/watch';

async function end(
  id: string,
  { principal }: Asked,
  isAll: boolean,
  mine: (session: SessionDocument) => boolean,
  { everywhere, hasState, state }: SessionsRoute,
): Promise<ApiResponse> {
  const { sessions, silent } = await everywhere({ ask: 'list' });
  const known = sessions.find((session) => session.id === id);
  if (known !== undefined && mine(known)) {
    await everywhere({ ask: 'end', session: id, by: principal.name });
    return { status: 200, body: { ended: known } };
  }
  // It may be one of a process that doesn't answer: only who may end any session may end that.
  if (!isAll || silent === 0 || !(await hasState())) throw new Fault('session_unknown', { id });
  const opened = await state();
  await revoke(opened.query, {
    ...{ kind: 'session', value: id, by: principal.name, until: opened.now() + ELSEWHERE_MS },
  });
  return { status: 202, body: { asked: 'the other gateways that share the state database' } };
}

const bySince = (one: SessionDocument, other: SessionDocument): number =>
  one.since.localeCompare(other.since);
