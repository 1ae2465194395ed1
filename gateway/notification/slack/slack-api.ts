// Calls methods of Slack's Web API: https://api.slack.com/web. It says in JSON what it refuses, with HTTP 200.
import { readFile } from 'node:fs/promises';
import { post } from '../post.ts';

export type SlackAccess = Readonly<{
  /** https://slack.com/api, or what stands in its place. */
  apiUrl: string;
  botTokenFile: string;
  ca: string | undefined;
}>;

export type SlackAnswer = Readonly<Record<string, unknown>>;

/** Slack's own word for why it refuses, such as `channel_not_found`; or an HTTP status. */
export class SlackRefused extends Error {
  readonly reason: string;
  readonly afterSeconds: number | undefined;

  constructor(method: string, reason: string, afterSeconds?: number) {
    super(`${method}: Slack answers ${reason}`);
    this.reason = reason;
    this.afterSeconds = afterSeconds;
  }
}

/** Methods that only read take forms, and no JSON. */
const forms: ReadonlySet<string> = new Set(['users.info', 'auth.test']);
const RATE_LIMITED = 429;

export class SlackApi {
  readonly #access: SlackAccess;

  constructor(access: SlackAccess) {
    this.#access = access;
  }

  /** Throws SlackRefused. */
  async call(method: string, given: Readonly<Record<string, unknown>>): Promise<SlackAnswer> {
    const { apiUrl, botTokenFile, ca } = this.#access;
    const token = (await readFile(botTokenFile, 'utf8')).trim();
    const isForm = forms.has(method);
    const answer = await post({
      url: `${apiUrl.replace(/\/$/, '')}/${method}`,
      headers: {
        authorization: `Bearer ${token}`,
        'content-type': isForm ? 'application/x-www-form-urlencoded' : 'application/json; charset=utf-8',
      },
      body: isForm ? String(new URLSearchParams(given as Record<string, string>)) : JSON.stringify(given),
      ca,
    });
    if (answer.status === RATE_LIMITED) throw new SlackRefused(method, 'ratelimited', answer.afterSeconds);
    if (answer.status !== 200) throw new SlackRefused(method, `HTTP ${answer.status}`, answer.afterSeconds);
    const document = parsed(answer.body);
    if (document?.ok === true) return document;
    const { error } = document ?? {};
    const reason =
      typeof error === 'string' && /^\w{1,60}$/.test(error) ? error : 'something that is no answer';
    throw new SlackRefused(method, reason);
  }
}

function parsed(text: string): SlackAnswer | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as SlackAnswer) : undefined;
  } catch {
    return undefined;
  }
}
