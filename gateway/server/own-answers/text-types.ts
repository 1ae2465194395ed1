// The types that an argument may be sent as, by PostgreSQL's object ids: text and binary are the same, but of a uuid.

export const textTypes: Readonly<Record<'text' | 'varchar' | 'bpchar' | 'name' | 'uuid', number>> = {
  text: 25,
  varchar: 1043,
  bpchar: 1042,
  name: 19,
  uuid: 2950,
};

/** Left to the server: it is whatever it is cast to. */
export const UNKNOWN_TYPE = 705;

const known: ReadonlySet<number> = new Set(Object.values(textTypes));

export const isTextType = (type: number): boolean => known.has(type);

/** Undefined for another one. */
export const textTypeNamed = (name: unknown): number | undefined =>
  Object.hasOwn(textTypes, String(name)) ? textTypes[name as keyof typeof textTypes] : undefined;
