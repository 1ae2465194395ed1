// A double of Slack, since there is none to run: it answers the methods that are used as the real one documents them
// (tokens, forms and JSON, refusals with HTTP 200, rate limits), and signs what its people press.
import { createHmac } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

export const botToken = 'xoxb-of-the-tests';
export const signingSecret = '8f742231b10e8888abcd99yyyzzz85a5';
export const team = 'T0TEAM';
export const channelId = 'C0APPROVALS';

export type SlackUser = Readonly<Record<string, unknown>>;
type Json = Record<string, unknown>;
export type Call = Readonly<{ method: string; given: Json }>;

export type SlackDouble = Readonly<{
  apiUrl: string;
  calls: readonly Call[];
  /** By method: what the next of its calls are answered in the place of what they should be. */
  refusals: Map<string, ({ error: string } | { status: number; after?: string })[]>;
  /** What each message in the channel looks like now, by its ts. */
  messages: ReadonlyMap<string, Json>;
  users: Map<string, SlackUser>;
  /** Only whoever pressed sees these. */
  ephemeral: readonly Json[];
  dialogs: readonly Json[];
  stop(): Promise<void>;
}>;

/** Somebody of the gateway's own workspace. */
export const person = (email: string, more: SlackUser = {}): SlackUser => ({
  team_id: team,
  deleted: false,
  is_bot: false,
  is_email_confirmed: true,
  profile: { email },
  ...more,
});

const forms: ReadonlySet<string> = new Set(['users.info', 'auth.test']);

export async function startSlackDouble(): Promise<SlackDouble> {
  const calls: Call[] = [];
  const refusals: SlackDouble['refusals'] = new Map();
  const messages = new Map<string, Json>();
  const users = new Map<string, SlackUser>();
  const ephemeral: Json[] = [];
  const dialogs: Json[] = [];
  let posted = 0;

  const answer = (method: string, given: Json): Json => {
    switch (method) {
      case 'auth.test':
        return { ok: true, team: 'Example', team_id: team, user: 'portcullis' };
      case 'chat.postMessage': {
        if (given.channel !== channelId) return { ok: false, error: 'channel_not_found' };
        posted += 1;
        const ts = `1700000000.${String(posted).padStart(6, '0')}`;
        messages.set(ts, given);
        return { ok: true, channel: channelId, ts };
      }
      case 'chat.update': {
        const ts = String(given.ts);
        if (!messages.has(ts)) return { ok: false, error: 'message_not_found' };
        messages.set(ts, given);
        return { ok: true, channel: channelId, ts };
      }
      case 'users.info': {
        const user = users.get(String(given.user));
        return user === undefined ? { ok: false, error: 'user_not_found' } : { ok: true, user };
      }
      case 'chat.postEphemeral':
        ephemeral.push(given);
        return { ok: true };
      case 'views.open':
        if (given.trigger_id !== 'trigger') return { ok: false, error: 'expired_trigger_id' };
        dialogs.push(given.view as Json);
        return { ok: true };
      default:
        return { ok: false, error: 'unknown_method' };
    }
  };

  const server = createServer(async (request, response) => {
    const text = await bodyOf(request);
    const method = request.url?.replace('/api/', '') ?? '';
    const type = request.headers['content-type'] ?? '';
    const isForm = type.startsWith('application/x-www-form-urlencoded');
    const given = isForm ? Object.fromEntries(new URLSearchParams(text)) : JSON.parse(text);
    calls.push({ method, given });
    const refusal = refusals.get(method)?.shift();
    if (refusal !== undefined && 'status' in refusal) {
      const after = refusal.after === undefined ? {} : { 'retry-after': refusal.after };
      response.writeHead(refusal.status, after).end();
      return;
    }
    const isKnown = request.headers.authorization === `Bearer ${botToken}`;
    const document = !isKnown
      ? { ok: false, error: 'invalid_auth' }
      : refusal !== undefined
        ? { ok: false, error: refusal.error }
        : forms.has(method) && !isForm
          ? { ok: false, error: 'invalid_arguments' }
          : answer(method, given);
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(document));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    apiUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/api`,
    ...{ calls, refusals, messages, users, ephemeral, dialogs },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request.setEncoding('utf8')) text += chunk;
  return text;
}

export const pressed = (user: string, action: 'approve' | 'deny', id: string): Json => ({
  type: 'block_actions',
  user: { id: user, team_id: team },
  channel: { id: channelId },
  trigger_id: 'trigger',
  actions: [{ type: 'button', block_id: 'answer', action_id: action, value: id }],
});

/** `dialog`: as it was opened. */
export const submitted = (user: string, dialog: Json, words: string | null): Json => ({
  type: 'view_submission',
  user: { id: user, team_id: team },
  view: {
    callback_id: dialog.callback_id,
    private_metadata: dialog.private_metadata,
    state: { values: { words: { words: { type: 'plain_text_input', value: words } } } },
  },
});

export type Sent = Readonly<{ secret?: string; seconds?: number; body?: string }>;

/** As Slack sends it; or as somebody else would. */
export function signedRequest(payload: Json, { secret = signingSecret, seconds = 0, body }: Sent = {}) {
  const text = body ?? new URLSearchParams({ payload: JSON.stringify(payload) }).toString();
  const timestamp = String(Math.floor(Date.now() / 1000) + seconds);
  const signature = createHmac('sha256', secret).update(`v0:${timestamp}:${text}`).digest('hex');
  return {
    method: 'POST',
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      'x-slack-request-timestamp': timestamp,
      'x-slack-signature': `v0=${signature}`,
    },
    body: text,
  };
}
