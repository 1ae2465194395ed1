// `/v1/slack/interactions`: Slack says what somebody did with a message. Its signature stands in the place of a token,
// and an answer counts as if whoever gave it had come to the gateway themselves.
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { ApiRequest, ApiResponse } from '../../admin/index.ts';
import type { Approvals, MayApprove, Request } from '../../approval/index.ts';
import type { Config } from '../../config/index.ts';
import type { Principal } from '../../identity/index.ts';
import { type Clock, Fault, type Log } from '../../lib/index.ts';
import {
  denyDialog,
  escaped,
  type Interaction,
  interactionIn,
  isSlacks,
  metadataOf,
  personIn,
  SlackApi,
} from '../../notification/index.ts';
import type { State } from '../../state/index.ts';
import type { Asked } from '../api/answer-api.ts';
import { wrong } from '../api/api-error.ts';
import type { KnownPeople } from '../people/known-people.ts';
import { slackOf } from './channels.ts';

export type SlackRoute = Readonly<{
  config: () => Config['approvals'];
  approvals: () => Promise<Approvals>;
  state: () => Promise<State>;
  mayApprove: () => MayApprove;
  people: Pick<KnownPeople, 'find'>;
  /** What policies are told of somebody. Throws where their access was withdrawn. */
  identityOf: (principal: Principal) => Asked['identity'];
  clock: Clock;
  log: Log;
}>;

/** Copies that are older aren't accepted by their time. */
const KEEP_SECONDS = 3_600;

/** Slack waits for three seconds: what takes longer is said in Slack, where it was pressed. */
export const slackRoute =
  (route: SlackRoute) =>
  async (request: ApiRequest): Promise<ApiResponse> => {
    if (request.method !== 'POST')
      throw wrong(405, 'Slack says it with POST', 'Nobody else is answered here.');
    const api = await senderOf(request, route);
    if (api === undefined)
      throw wrong(
        401,
        'this is not signed by Slack, or too old',
        'Look at signing_secret_file, and the clock.',
      );
    const interaction = interactionIn(request.body);
    if (interaction === undefined) return done;
    const state = await route.state();
    if (!(await isNew(request, state))) return done;
    if (interaction.kind === 'ask') {
      const view = denyDialog(metadataOf(interaction));
      await api.call('views.open', { trigger_id: interaction.trigger, view });
      return done;
    }
    answer(interaction, api, route).catch((error: unknown) =>
      route.log.warn({ err: error, request_id: interaction.requestId }, 'answer by Slack failed'),
    );
    return done;
  };

const done: ApiResponse = { status: 200, body: {} };

/** The API of the app whose signature it bears. */
async function senderOf(
  { slack, body }: ApiRequest,
  { config, clock }: SlackRoute,
): Promise<SlackApi | undefined> {
  if (slack === undefined) return undefined;
  for (const channel of config().notify) {
    if (channel.kind !== 'slack') continue;
    const { signingSecretFile, ...access } = slackOf(channel);
    const secret = (await readFile(signingSecretFile, 'utf8')).trim();
    if (isSlacks({ ...slack, body }, secret, clock.now())) return new SlackApi(access);
  }
  return undefined;
}

/** False for a copy of what was acted on, at whichever gateway. */
async function isNew({ slack, body }: ApiRequest, { query }: State): Promise<boolean> {
  const digest = createHash('sha256').update(`${slack?.timestamp}:${body}`).digest();
  await query(
    'DELETE FROM portcullis.interaction WHERE seen_at < clock_timestamp() - make_interval(secs => $1)',
    [KEEP_SECONDS],
  );
  const rows = await query(
    'INSERT INTO portcullis.interaction (digest) VALUES ($1) ON CONFLICT DO NOTHING RETURNING digest',
    [digest],
  );
  return rows.length > 0;
}

async function answer(interaction: Interaction, api: SlackApi, route: SlackRoute): Promise<void> {
  const { user, channel, requestId } = interaction;
  const told = await wordsFor(interaction, api, route);
  if (told === undefined) return;
  const text = escaped(told);
  await api.call('chat.postEphemeral', { channel, user, text });
  route.log.info({ request_id: requestId, slack_user: user }, 'told in Slack what became of an answer');
}

/** What whoever pressed is told; undefined where the message itself will say it. */
async function wordsFor(
  { kind, requestId, user, words }: Interaction,
  api: SlackApi,
  { approvals, mayApprove, people, identityOf, config, log }: SlackRoute,
): Promise<string | undefined> {
  try {
    const person = await personIn(api, user);
    if ('why' in person) return `Your answer does not count. ${person.why}`;
    const [known, ...more] = await people.find(person.email);
    if (more.length > 0)
      return 'Your answer does not count: several people of the gateway have your e-mail address. Answer with portcullis approvals.';
    if (known === undefined) return unknown(requestId, config());
    const identity = identityOf(known);
    const given = { approves: kind === 'approve', words };
    const answered = await (await approvals()).answer(requestId, identity, given, mayApprove());
    const approver = identity.principal;
    log.info(
      { request_id: requestId, approver, slack_user: user, approves: given.approves },
      'answered in Slack',
    );
    return answered.status === 'pending' ? standing(answered) : undefined;
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    return ['Your answer does not count:', `${error.message}.`, error.hint].filter(Boolean).join(' ');
  }
}

const unknown = (id: string, { people, link }: Config['approvals']): string =>
  [
    `Your answer does not count: nobody with your e-mail address has logged in to the gateway within ${people.seen_within_days} days.`,
    `Log in once, then press again: portcullis login, and portcullis approvals show ${id.slice(0, 8)}`,
    ...(link === undefined ? [] : [`; or ${link.replaceAll('{id}', id)}`]),
  ].join(' ');

function standing({ votes, terms }: Request): string {
  const weight = votes.reduce((sum, { approves, weight: own }) => sum + (approves ? own : 0), 0);
  return `Your approval counts: ${weight} of ${terms.count}.`;
}
