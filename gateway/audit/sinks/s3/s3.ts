// Events as compressed objects in a bucket that nobody can change: each with a checksum that the store has to confirm, and
// with a lock until its time is over.
import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { HttpAnswer, TlsFiles } from '../../../lib/index.ts';
import { Exchange } from '../http/exchange.ts';
import { checkStatus } from '../http/status.ts';
import { SecretFile } from '../secret-file.ts';
import { NotStored, type Shipment, type Sink } from '../sink.ts';
import { addressOf, keyOf, type Lock, lockHeaders } from './object.ts';
import { type S3Credentials, signed } from './signature.ts';

export type S3Config = TlsFiles &
  Readonly<{
    endpoint: string;
    bucket: string;
    prefix: string;
    region: string;
    pathStyle: boolean;
    accessKeyIdFile: string;
    secretAccessKeyFile: string;
    sessionTokenFile?: string | undefined;
    lock: Lock;
    /** `answer`: the checksum in the answer to the upload. `read`: the object is asked for as well, with its lock. */
    confirm: 'answer' | 'read';
  }>;

const compress = promisify(gzip);
const empty = Buffer.alloc(0);

export class S3Sink implements Sink {
  readonly #config: S3Config;
  readonly #exchange: Exchange;
  readonly #files: Readonly<{ id: SecretFile; secret: SecretFile; token: SecretFile | undefined }>;

  constructor(config: S3Config) {
    this.#config = config;
    this.#exchange = new Exchange(config);
    const { accessKeyIdFile, secretAccessKeyFile, sessionTokenFile } = config;
    this.#files = {
      id: new SecretFile(accessKeyIdFile),
      secret: new SecretFile(secretAccessKeyFile),
      token: sessionTokenFile === undefined ? undefined : new SecretFile(sessionTokenFile),
    };
  }

  async deliver(shipment: Shipment, signal: AbortSignal): Promise<void> {
    const { lock, prefix, confirm } = this.#config;
    const body = await compress(shipment.events.map(({ json }) => `${json}\n`).join(''));
    const key = keyOf(shipment, prefix);
    const checksum = createHash('sha256').update(body).digest('base64');
    const locked = lockHeaders(lock, Date.now());
    const headers = {
      'content-type': 'application/x-ndjson',
      'content-encoding': 'gzip',
      // An upload with a lock is only taken with it.
      'content-md5': createHash('md5').update(body).digest('base64'),
      'x-amz-checksum-sha256': checksum,
      ...locked,
    };
    const answer = await this.#ask('PUT', key, headers, body, signal);
    checkUpload(answer, body, checksum);
    if (confirm === 'read') {
      const found = await this.#ask('HEAD', key, { 'x-amz-checksum-mode': 'ENABLED' }, empty, signal, {
        404: 'it took the object, and does not have it',
      });
      checkUpload(found, body, checksum);
      checkObject(found, body, locked);
    }
  }

  async check(signal: AbortSignal): Promise<string> {
    const { bucket, lock } = this.#config;
    const answer = await this.#ask('HEAD', '', {}, empty, signal, {
      403: 'the key may not ask about the bucket',
    });
    checkStatus(answer);
    return `the bucket ${bucket} is there${lock.mode === 'none' ? '; objects are not locked' : ''}`;
  }

  async close(): Promise<void> {
    this.#exchange.close();
  }

  async #ask(
    method: 'PUT' | 'HEAD',
    key: string,
    headers: Readonly<Record<string, string>>,
    body: Buffer,
    signal: AbortSignal,
    meanings: Readonly<Record<number, string>> = {},
  ): Promise<HttpAnswer> {
    const { endpoint, bucket, region, pathStyle } = this.#config;
    const url = addressOf(endpoint, bucket, key, pathStyle);
    const credentials = await this.#credentials();
    const all = signed({ method, url, headers, body, region, now: Date.now() }, credentials);
    const question = { method, url, headers: all, signal, ...(method === 'PUT' ? { body } : {}) };
    const answer = await this.#exchange.ask(question);
    if (answer.status === 401 || answer.status === 403) this.#doubt();
    const meaning = meanings[answer.status];
    if (meaning !== undefined) throw new NotStored(answer.status === 404 ? 'lied' : 'unavailable', meaning);
    const { code = '' } = /<Code>(?<code>[A-Za-z]+)<\/Code>/.exec(answer.body.toString('utf8'))?.groups ?? {};
    // A body that broke on its way is told with 400, as is a bucket without locks.
    if (retried.has(code))
      throw new NotStored('unavailable', `it answers ${answer.status}: ${code}`, answer.afterSeconds);
    checkStatus(answer, code);
    return answer;
  }

  async #credentials(): Promise<S3Credentials> {
    const { id, secret, token } = this.#files;
    const [accessKeyId, secretAccessKey, sessionToken] = await Promise.all([
      id.read(),
      secret.read(),
      token?.read(),
    ]);
    return { accessKeyId, secretAccessKey, sessionToken };
  }

  #doubt(): void {
    const { id, secret, token } = this.#files;
    for (const file of [id, secret, token]) file?.doubt();
  }
}

const retried: ReadonlySet<string> = new Set([
  ...['BadDigest', 'InvalidDigest', 'XAmzContentSHA256Mismatch', 'RequestTimeout', 'IncompleteBody'],
  ...[
    'ExpiredToken',
    'InvalidToken',
    'TokenRefreshRequired',
    'InvalidRequest',
    'ObjectLockConfigurationNotFoundError',
  ],
]);

/** Of what was stored, as the store has counted it; where it says neither, nothing can be compared. */
function checkUpload({ headers }: HttpAnswer, body: Buffer, checksum: string): void {
  const told = headers['x-amz-checksum-sha256'];
  if (typeof told === 'string' && told !== checksum)
    throw new NotStored('lied', 'the checksum of what it stored is another');
  // With a key of the store's own, an ETag is anything but the digest of the content.
  const isDigest = headers['x-amz-server-side-encryption'] !== 'aws:kms';
  const tag = headers.etag?.replace(/^W\/|"/g, '').replace(/"$/, '');
  if (told !== undefined || !isDigest || tag === undefined || !/^[\da-f]{32}$/.test(tag)) return;
  if (tag !== createHash('md5').update(body).digest('hex'))
    throw new NotStored('lied', 'the digest of what it stored is another');
}

function checkObject({ headers }: HttpAnswer, body: Buffer, locked: Readonly<Record<string, string>>): void {
  const length = Number(headers['content-length']);
  if (length !== body.length) throw new NotStored('lied', `of ${body.length} bytes it has ${length}`);
  const { 'x-amz-object-lock-mode': mode, 'x-amz-object-lock-retain-until-date': until } = locked;
  if (mode === undefined || until === undefined) return;
  const has = String(headers['x-amz-object-lock-retain-until-date'] ?? '');
  // Stores keep whole seconds.
  const isShort = !(Date.parse(has) >= Math.floor(Date.parse(until) / 1000) * 1000);
  if (headers['x-amz-object-lock-mode'] !== mode || isShort)
    throw new NotStored('lied', 'it has the object, without the lock that was asked for');
}
