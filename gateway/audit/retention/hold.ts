// A legal hold: what it names is kept, however old it is, until somebody lifts it.
import { concerns } from '../query/found.ts';
import type { Entry } from '../query/source/entry.ts';
import { isMembers, told } from '../query/source/told.ts';
import { touchedBy } from '../query/touched.ts';
import { covers } from './rules.ts';

/** All that it names has to be so of an event; one that names nothing holds everything. */
export type HoldScope = Readonly<{
  principal?: string | undefined;
  session?: string | undefined;
  resource?: string | undefined;
  label?: string | undefined;
  /** `public.customers` */
  relation?: string | undefined;
  /** ISO 8601: from then on, and before then. */
  since?: string | undefined;
  until?: string | undefined;
}>;

export type Hold = HoldScope & Readonly<{ id: string; reason: string; by: string; at: string }>;

export function holds(hold: HoldScope, entry: Entry): boolean {
  const { event, subjects } = entry;
  const { principal, session, resource, label, relation, since, until } = hold;
  if (since !== undefined && event.time < since) return false;
  if (until !== undefined && event.time >= until) return false;
  if (session !== undefined && event.session !== session) return false;
  if (principal !== undefined && !concerns(entry, principal)) return false;
  if (resource !== undefined && resourceOf(entry) !== resource) return false;
  if (label === undefined && relation === undefined) return true;
  if (subjects.statement === undefined) return false;
  const touched = touchedBy(subjects.statement);
  if (relation !== undefined && !touched.relations.includes(relation)) return false;
  return label === undefined || touched.labels.some((each) => covers(label, each));
}

function resourceOf(entry: Entry): unknown {
  const resource = told(entry, 'resource');
  return isMembers(resource) ? resource.name : resource;
}
