// `portcullis sessions list`.

import { adminExits, minute, printJson, printRows } from '../admin-answer.ts';
import { type AdminApi, adminOptions, openAdminApi } from '../admin-api.ts';
import type { Command } from '../command.ts';

export type SessionDocument = Readonly<{
  id: string;
  principal: string;
  actor?: string;
  resource: string;
  address: string;
  application_name: string;
  state: string;
  since: string;
  recorded?: boolean;
  /** Which has it, where that is another one. */
  gateway?: Readonly<{ host: string; admin?: string }>;
}>;

const columns = ['id', 'who', 'resource', 'state', 'since', 'recorded', 'address', 'application'];

export const sessionsList: Command = {
  name: 'sessions list',
  summary: 'List who is logged in, and what they do',
  description:
    'The sessions of the gateway that --admin names, and of all that share its state database. Without being an administrator you see your own.',
  options: adminOptions,
  examples: ['portcullis sessions list', 'portcullis sessions list --json'],
  prints:
    'A line for each, the oldest first: id, who, where, what it does, since when, address, application, and which ' +
    'gateway has it, where that is another one.',
  exits: adminExits('The gateway does not answer.'),
  async run(invocation) {
    const api = await openAdminApi(invocation);
    const { sessions, silent } = await sessionsAnswer(api);
    if (silent > 0) invocation.terminal.stderr.write(silence(silent));
    if (invocation.flag('json')) printJson(invocation, sessions);
    else
      printRows(invocation, {
        heading: [...columns, ...(sessions.some(({ gateway }) => gateway !== undefined) ? ['gateway'] : [])],
        rows: sessions.map(
          ({
            id,
            principal,
            actor,
            resource,
            state,
            since,
            recorded,
            address,
            application_name,
            gateway,
          }) => [
            ...[id.slice(0, 8), actor === undefined ? principal : `${principal} through ${actor}`, resource],
            ...[
              state.replaceAll('_', ' '),
              minute(since),
              recorded === true ? 'yes' : 'no',
              address,
              application_name,
            ],
            ...(gateway === undefined ? [] : [gateway.admin ?? gateway.host]),
          ],
        ),
        none: 'Nobody is logged in.',
      });
    return 0;
  },
};

export async function sessionsOf(api: AdminApi): Promise<readonly SessionDocument[]> {
  return (await sessionsAnswer(api)).sessions;
}

type SessionsAnswer = Readonly<{ sessions: readonly SessionDocument[]; silent: number }>;

const sessionsAnswer = async (api: AdminApi): Promise<SessionsAnswer> =>
  (await api.ask('GET', '/v1/sessions')) as SessionsAnswer;

const silence = (processes: number): string =>
  `${processes === 1 ? 'One process' : `${processes} processes`} of the gateways did not answer: their sessions are not shown.\n`;
