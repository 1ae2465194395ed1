// Objects by schema and name, and along a search path as the server looks for them.

type Named = Readonly<{ schema: string; name: string }>;

/** Relations: a schema has one of a name. */
export class NameIndex<Value extends Named> {
  readonly #schemas = new Map<string, Map<string, Value>>();

  constructor(values: Iterable<Value>) {
    for (const value of values) {
      const schema = this.#schemas.get(value.schema);
      if (schema === undefined) this.#schemas.set(value.schema, new Map([[value.name, value]]));
      else schema.set(value.name, value);
    }
  }

  in(schema: string, name: string): Value | undefined {
    return this.#schemas.get(schema)?.get(name);
  }

  /** The first along the path. */
  find(schema: string | undefined, name: string, path: readonly string[]): Value | undefined {
    if (schema !== undefined) return this.in(schema, name);
    for (const candidate of path) {
      const value = this.in(candidate, name);
      if (value !== undefined) return value;
    }
    return undefined;
  }
}
