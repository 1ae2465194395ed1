// Publishes with a PUT to a web server, which hands it out under the same URL.
import type { Access, Published } from './publisher.ts';
import { refusal, send } from './send.ts';

export async function publishToHttp(
  bytes: Buffer,
  { url }: Readonly<{ url: URL }>,
  { bearerToken, login, tls }: Access,
): Promise<Published> {
  const authorization =
    bearerToken !== undefined
      ? `Bearer ${bearerToken}`
      : login === undefined
        ? undefined
        : `Basic ${Buffer.from(`${login.user}:${login.password}`).toString('base64')}`;
  const answer = await send({
    method: 'PUT',
    url,
    headers: {
      'content-type': 'application/gzip',
      ...(authorization === undefined ? {} : { authorization }),
    },
    body: bytes,
    tls,
  });
  if (![200, 201, 202, 204].includes(answer.status)) throw refusal(url.host, answer);
  return { place: url.href, version: answer.headers.etag };
}
