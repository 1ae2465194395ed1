// What an HTTP status other than success means for events that were sent.
import type { HttpAnswer } from '../../../lib/index.ts';
import { said } from '../problem.ts';
import { NotStored } from '../sink.ts';

/** Throws unless the status says that all went well. */
export function checkStatus(
  { status, afterSeconds }: HttpAnswer,
  words = '',
  secrets: readonly string[] = [],
): void {
  if (status >= 200 && status < 300) return;
  const told = said(words, secrets);
  const message = `it answers ${status}${told === '' ? '' : `: ${told}`}`;
  if (status === 413) throw new NotStored('too_large', message);
  // Whoever may not write now may be allowed to later, and a service that restarts isn't to be found for a moment.
  const isLater = status >= 500 || [401, 403, 404, 407, 408, 409, 421, 423, 425, 429].includes(status);
  if (isLater || status < 400) throw new NotStored('unavailable', message, afterSeconds);
  throw new NotStored('refused', message, afterSeconds);
}

/** A body that should be JSON; undefined where it isn't. */
export function jsonIn({ body }: HttpAnswer): Readonly<Record<string, unknown>> | undefined {
  if (body.length === 0) return undefined;
  try {
    const value: unknown = JSON.parse(body.toString('utf8'));
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
