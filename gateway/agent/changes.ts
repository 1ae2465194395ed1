// What a file of registrations would change, against those that there are.
import { isDeepStrictEqual } from 'node:util';
import type { Agent } from './agent.ts';
import type { Registration } from './agents.types.ts';

export type AgentChange = Readonly<
  | { change: 'add'; name: string; to: Registration }
  | { change: 'change'; name: string; from: Registration; to: Registration }
  | { change: 'delete'; name: string; from: Registration }
>;

/** `prune`: those that aren't in the file are deleted; without it they are left alone. */
export function changesTo(
  wanted: readonly Registration[],
  agents: readonly Agent[],
  prune: boolean,
): readonly AgentChange[] {
  const known = new Map(
    agents
      .filter(({ deletedBy }) => deletedBy === undefined)
      .map((agent) => [agent.registration.name, agent]),
  );
  const named = new Set(wanted.map(({ name }) => name));
  const gone = prune ? [...known.values()].filter(({ registration }) => !named.has(registration.name)) : [];
  return [
    ...wanted.flatMap((to): AgentChange[] => {
      const from = known.get(to.name)?.registration;
      if (from === undefined) return [{ change: 'add', name: to.name, to }];
      return isDeepStrictEqual(from, to) ? [] : [{ change: 'change', name: to.name, from, to }];
    }),
    ...gone.map(
      ({ registration }): AgentChange => ({ change: 'delete', name: registration.name, from: registration }),
    ),
  ];
}
