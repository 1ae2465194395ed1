// Why something wasn't stored, in words for a log, /health and whoever looks: never an event, never a secret.
import { Fault } from '../../lib/index.ts';
import { NotStored } from './sink.ts';

const words: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nobody listens there',
  ECONNRESET: 'the connection was cut',
  EPIPE: 'the connection was cut',
  ETIMEDOUT: 'it does not answer',
  ENOTFOUND: 'its name is unknown',
  EAI_AGAIN: 'its name cannot be looked up',
  EHOSTUNREACH: 'it cannot be reached',
  ENETUNREACH: 'it cannot be reached',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is signed by itself',
  SELF_SIGNED_CERT_IN_CHAIN: 'its certificate is of an authority that is not trusted',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its certificate is of an authority that is not trusted',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'its certificate is of an authority that is not trusted',
  CERT_HAS_EXPIRED: 'its certificate has expired',
  CERT_NOT_YET_VALID: 'its certificate is not valid yet',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another name',
};

export function problemOf(thrown: unknown): string {
  if (thrown instanceof NotStored) return thrown.message;
  if (!(thrown instanceof Error)) return 'it failed';
  // Of a database: what the log is told.
  if (thrown instanceof Fault && thrown.cause instanceof Error) {
    const { message, refusal } = thrown.cause as Error & { refusal?: Error };
    return said(refusal?.message ?? message);
  }
  const { code, name } = thrown as NodeJS.ErrnoException;
  if (name === 'TimeoutError' || name === 'AbortError' || code === 'ABORT_ERR') return 'it took too long';
  if (thrown instanceof AggregateError && thrown.errors.length > 0) return problemOf(thrown.errors[0]);
  if (code === undefined) return 'it failed';
  const known = words[code];
  return known === undefined ? code : `${known} (${code})`;
}

/** What a service says, as much as may be told on: short, on one line, and without what it was told itself. */
export function said(text: unknown, secrets: readonly string[] = []): string {
  if (typeof text !== 'string') return '';
  let told = text.slice(0, 2_000);
  for (const secret of secrets) if (secret !== '') told = told.replaceAll(secret, '…');
  return told
    .replace(/[\p{Cc}\s]+/gu, ' ')
    .trim()
    .slice(0, 200);
}
