// The credential that a registry asks for in its 401: a token from its token server, or user and password.
import { CommandError } from '../../command.ts';
import type { Access } from './publisher.ts';
import { type Answer, refusal, send } from './send.ts';

export type Authorization = Readonly<{ authorization: string }>;

/** Undefined where nothing that is known would help. */
export async function authorize(
  { headers }: Answer,
  repository: string,
  { bearerToken, login, tls }: Access,
): Promise<Authorization | undefined> {
  const [, scheme = '', rest = ''] = /^(\S+)\s*(.*)$/.exec(headers['www-authenticate'] ?? '') ?? [];
  const basic =
    login === undefined
      ? undefined
      : `Basic ${Buffer.from(`${login.user}:${login.password}`).toString('base64')}`;
  if (bearerToken !== undefined) return { authorization: `Bearer ${bearerToken}` };
  if (scheme.toLowerCase() === 'basic') return basic === undefined ? undefined : { authorization: basic };
  if (scheme.toLowerCase() !== 'bearer') return undefined;
  const { realm, service } = parameters(rest);
  const url = realm === undefined ? null : URL.parse(realm);
  if (url === null) throw new CommandError('the registry does not say where its tokens come from');
  if (service !== undefined) url.searchParams.set('service', service);
  url.searchParams.set('scope', `repository:${repository}:pull,push`);
  const answer = await send({
    method: 'GET',
    url,
    headers: basic === undefined ? {} : { authorization: basic },
    tls,
  });
  if (answer.status !== 200) throw refusal(`the token server ${url.host}`, answer);
  return { authorization: `Bearer ${readToken(answer.body, url.host)}` };
}

function readToken(body: string, host: string): string {
  try {
    const { token, access_token } = JSON.parse(body) as { token?: unknown; access_token?: unknown };
    const found = token ?? access_token;
    if (typeof found === 'string') return found;
  } catch {
    // Said below: what it sent instead may hold a secret.
  }
  throw new CommandError(`the token server ${host} sent no token`);
}

/** `realm="…",service="…"`. */
function parameters(text: string): Record<string, string> {
  return Object.fromEntries(
    [...text.matchAll(/(\w+)="([^"]*)"/g)].map(([, name = '', value = '']) => [name, value]),
  );
}
