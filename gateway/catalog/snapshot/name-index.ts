// Relations by schema and name, and along a search path as the server looks for them.
import type { LoadedRelation } from './loaded-relation.ts';

export class NameIndex {
  readonly #schemas = new Map<string, Map<string, LoadedRelation>>();

  add(relation: LoadedRelation): void {
    const schema = this.#schemas.get(relation.schema);
    if (schema === undefined) this.#schemas.set(relation.schema, new Map([[relation.name, relation]]));
    else schema.set(relation.name, relation);
  }

  /** In the schema, or else the first along the path. */
  find(schema: string | undefined, name: string, path: readonly string[] = []): LoadedRelation | undefined {
    if (schema !== undefined) return this.#schemas.get(schema)?.get(name);
    for (const candidate of path) {
      const relation = this.#schemas.get(candidate)?.get(name);
      if (relation !== undefined) return relation;
    }
    return undefined;
  }
}
