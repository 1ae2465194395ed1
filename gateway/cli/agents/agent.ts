// An agent as the gateway's admin side shows it.

import type { Registration } from '../../agent/index.ts';

export type AgentDocument = Registration &
  Readonly<{
    access: 'yes' | 'no';
    no_access_because?: string;
    suspended?: Readonly<{ by: string; reason?: string }>;
    keys: readonly Readonly<{
      id: string;
      created_by: string;
      created_at: string;
      until?: string;
      revoked_by?: string;
    }>[];
  }>;

export const agentPath = (name: string): string => `/v1/agents/${encodeURIComponent(name)}`;

/** What the scope narrows, a sentence each. */
export function scopeInWords({ scope }: Pick<Registration, 'scope'>): readonly string[] {
  const { resources, schemas, tables, operations, hours, weekdays } = scope;
  const listed = (what: string, names: readonly string[] | undefined) =>
    names === undefined ? [] : [`${what} ${names.length === 0 ? 'none' : names.join(', ')}`];
  return [
    ...listed('resources:', resources),
    ...listed('schemas:', schemas),
    ...listed('tables:', tables),
    ...listed('operations:', operations),
    ...(hours === undefined ? [] : [`hours: ${hours.from} to ${hours.to} UTC`]),
    ...listed('days:', weekdays),
  ];
}
