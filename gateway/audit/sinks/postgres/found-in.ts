// By what events are found again in PostgreSQL: the columns of their own beside the event.

type Members = Readonly<Record<string, unknown>>;

export const foundIn = {
  event(event: Members, subjects: Readonly<Record<string, Members>>) {
    const all = [event, ...Object.values(subjects)];
    return {
      principal: first(all, [['identity', 'principal'], ['principal']]),
      rule: first(all, [['decision', 'rule'], ['rule']]),
      decision: first(all, [['decision', 'id'], ['decision_id']]),
    };
  },
  subject(subject: Members) {
    return { columns: [] as string[], labels: [] as string[], relations: [] as string[], of: subject };
  },
} as const;

function first(places: readonly Members[], paths: readonly (readonly string[])[]): string | undefined {
  for (const place of places)
    for (const path of paths) {
      const value = path.reduce<unknown>((at, key) => (at as Members | undefined)?.[key], place);
      if (typeof value === 'string') return value;
    }
  return undefined;
}
