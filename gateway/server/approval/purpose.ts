// What whoever asks says that it is for: a setting of the session, which every client can set.
import type { Terms } from '../../approval/index.ts';
import { Fault } from '../../lib/index.ts';
import type { Ask } from '../../policy/index.ts';
import type { Statement } from '../../session/index.ts';

const QUESTION = "SELECT pg_catalog.current_setting('portcullis.purpose', true)";

/** Longer ones are cut. */
const MOST = 500;
/** Terminals and pages act on these. */
const UNSHOWN = /[\p{Cc}\p{Cf}\u2028\u2029]+/gu;

/** Undefined where nothing was said. Throws where the terms ask for it. */
export async function purposeFor(
  terms: Terms,
  rule: string,
  statement: Statement,
): Promise<string | undefined> {
  const [row] = await statement.ask(QUESTION);
  const said = shownPurpose(row?.[0]);
  if (said !== undefined) return said;
  if (asksRequester(terms)) throw new Fault('approval_purpose_missing', { rule });
  return undefined;
}

/** Undefined where nothing is said. */
export function shownPurpose(said: string | null | undefined): string | undefined {
  const shown = (said ?? '').replace(UNSHOWN, ' ').trim().slice(0, MOST);
  return shown === '' ? undefined : shown;
}

export const asksRequester = ({ reason }: Terms): boolean => reason === 'requester' || reason === 'both';

/** The session as policies are told of it, with what it is for. */
export const withPurpose = (session: Ask['session'], purpose: string | undefined): Ask['session'] =>
  purpose === undefined ? session : { ...session, purpose };
