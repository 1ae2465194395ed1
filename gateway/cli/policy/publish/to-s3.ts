// Publishes to Amazon S3 and whatever speaks its protocol.
import { CommandError } from '../../command.ts';
import { type AwsCredentials, encodeKey, signForS3 } from './aws-signature.ts';
import type { Access, Published } from './publisher.ts';
import { refusal, send } from './send.ts';

type Environment = Readonly<Record<string, string | undefined>>;

export async function publishToS3(
  bytes: Buffer,
  { bucket, key }: Readonly<{ bucket: string; key: string }>,
  { endpoint, region: named, env, tls, now }: Access,
): Promise<Published> {
  const credentials = readCredentials(env);
  const region = named ?? env.AWS_REGION ?? env.AWS_DEFAULT_REGION ?? 'us-east-1';
  const path = encodeKey(key);
  const url =
    endpoint === undefined
      ? new URL(`https://${bucket}.s3.${region}.amazonaws.com/${path}`)
      : new URL(`${endpoint.href.replace(/\/$/, '')}/${bucket}/${path}`);
  const headers = signForS3({
    method: 'PUT',
    url,
    headers: { 'content-type': 'application/gzip' },
    body: bytes,
    region,
    credentials,
    now,
  });
  const answer = await send({ method: 'PUT', url, headers, body: bytes, tls });
  if (answer.status !== 200) throw refusal(`S3 at ${url.host}`, answer);
  return { place: `s3://${bucket}/${key}`, version: answer.headers.etag };
}

function readCredentials(env: Environment): AwsCredentials {
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey } = env;
  if (!accessKeyId || !secretAccessKey) {
    throw new CommandError('there is no credential for S3', {
      hint: 'Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY in the environment, and AWS_SESSION_TOKEN where there is one.',
    });
  }
  return { accessKeyId, secretAccessKey, sessionToken: env.AWS_SESSION_TOKEN || undefined };
}
