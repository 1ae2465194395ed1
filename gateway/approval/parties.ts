// Who is behind an identity: it itself, and whoever acts for it.
import type { Input } from '../sql/index.ts';

type Identity = Input['identity'];
type Party = Readonly<{ subject: string; issuer?: string | undefined }>;

/** Whether one of those behind `approver` is one of those behind `requester`. Behind an agent stands its owner. */
export function actsForOneself(requester: Identity, approver: Identity): boolean {
  const names = namesOf(approver);
  if (namesOf(requester).some((name) => names.includes(name))) return true;
  const approvers = partiesOf(approver);
  return partiesOf(requester).some((one) => approvers.some((other) => isSame(one, other)));
}

const namesOf = ({ principal, agent }: Identity): readonly string[] =>
  agent === undefined ? [principal] : [principal, agent.name, agent.owner];

function partiesOf({ subject, issuer, actor }: Identity): readonly Party[] {
  const parties: Party[] = [{ subject, issuer }];
  for (let next = actor; next !== undefined; next = next.actor) parties.push(next);
  return parties;
}

/** Where an issuer isn't known the subject alone counts, to be safe. */
const isSame = (one: Party, other: Party): boolean =>
  one.subject === other.subject &&
  (one.issuer === undefined || other.issuer === undefined || one.issuer === other.issuer);
