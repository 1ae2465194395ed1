// What a hold is to name, as an administrator says it. One that can never match anything would let go what it was to keep.
import type { HoldScope } from '../../../audit/index.ts';
import type { Asked } from '../../api/answer-api.ts';
import { wrong } from '../../api/api-error.ts';
import { isId, textIn, timeIn } from '../../api/body.ts';

const VALUE_MOST = 512;

/** Everything has to be said in so many words. */
export function scopeIn(body: Asked['body']): HoldScope {
  const named = ['principal', 'session', 'resource', 'label', 'relation'] as const;
  const scope: Record<string, string> = {};
  for (const name of named) {
    const value = textIn(body, name, VALUE_MOST);
    if (value !== undefined) scope[name] = value;
  }
  for (const name of ['since', 'until']) {
    const time = timeIn(body, name);
    if (time !== undefined) scope[name] = new Date(time).toISOString();
  }
  if (Object.keys(scope).length === 0 && body.everything !== true)
    throw wrong(400, 'the hold names nothing', 'Name what is held, or say "everything": true.');
  checkMatchable(scope);
  return scope;
}

function checkMatchable({ session, relation, since, until }: HoldScope): void {
  if (session !== undefined && !isId(session))
    throw wrong(
      400,
      'session is not a whole id',
      'Its beginning names no event: give all 36 characters of it, as events have them.',
    );
  if (relation !== undefined && !/^.+\..+$/s.test(relation))
    throw wrong(400, 'relation has no schema', 'Write it as events have it: public.customers.');
  if (since !== undefined && until !== undefined && since >= until)
    throw wrong(400, 'until is not after since', 'No event is from a time that ends before it begins.');
}
