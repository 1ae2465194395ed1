// Members of a statement's events, put together by hand: canonical JSON without braces.
import { quoted } from '../../audit/index.ts';
import { Fault } from '../../lib/index.ts';
import type { Refusal } from '../../session/index.ts';
import { Basis } from './basis.ts';

/** By which decision, and whose approval, it runs. */
export function decidedBy(basis: unknown): string {
  if (!(basis instanceof Basis)) return '';
  const { approval, decisionId } = basis;
  const said =
    approval === undefined
      ? ''
      : `"approval":{"approvers":[${approval.approvers.map(quoted).join(',')}],"id":${quoted(approval.id)}},`;
  return said + decisionIdIn(decisionId);
}

export const decisionIdIn = (id: string | undefined): string =>
  id === undefined ? '' : `"decision_id":${quoted(id)},`;

/** `code` of ours, or the server's own error before it ran. */
export function withRefusal(members: string, refusal: Refusal, decisionId: string | undefined): string {
  const code = refusal instanceof Fault ? refusal.code : 'server_error';
  const sqlstate = refusal instanceof Fault ? refusal.sqlstate : refusal.error.sqlstate;
  // "refusal" stands behind "parameters" and "path", and in front of "text".
  const at = members.indexOf(',"text":');
  const before = at < 0 ? members : members.slice(0, at);
  const after = at < 0 ? '' : members.slice(at);
  return `${decisionIdIn(decisionId)}${before},"refusal":{"code":${quoted(code)},"sqlstate":${quoted(sqlstate)}}${after}`;
}
