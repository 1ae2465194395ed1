// What security teams say of a database in their bundle's data: labels of columns, and functions that they vouch for.
import type { Vouch } from '../../sql/index.ts';
import { splitName } from './catalog-names.ts';
import { isLabelName, labelNameForm } from './label-names.ts';

/** As written, after its form was checked: names are looked up when a snapshot is loaded. */
export type CatalogData = Readonly<{
  /** Labels by "schema.relation.column". */
  columns: Readonly<Record<string, readonly string[]>>;
  /** By signature, types as PostgreSQL prints them: "public.touch(integer)". */
  functions: Readonly<Record<string, Vouch>>;
}>;

export const noCatalogData: CatalogData = Object.freeze({ columns: {}, functions: {} });

/** Every problem of the data at once, each with the key that is wrong. */
export class CatalogDataError extends Error {
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(`the catalog data is not valid:\n${problems.map((problem) => `  ${problem}`).join('\n')}`);
    this.name = 'CatalogDataError';
    this.problems = problems;
  }
}

/**
 * For one database where it has data of its own, under `resources`, beside those for all.
 *
 * @throws CatalogDataError
 * @example readCatalogData({ columns: { 'public.customers.ssn': ['pii.ssn'] } })
 */
export function readCatalogData(value: unknown, resource?: string): CatalogData {
  const reader = new DataReader();
  const data = reader.readAll(value, resource);
  if (reader.problems.length > 0) throw new CatalogDataError(reader.problems);
  return data;
}

class DataReader {
  readonly problems: string[] = [];

  readAll(value: unknown, resource: string | undefined): CatalogData {
    const { resources, ...forAll } = this.#record('', value);
    const common = this.#read('', forAll);
    let own = noCatalogData;
    for (const [name, data] of Object.entries(this.#record('resources', resources))) {
      const read = this.#read(`resources.${JSON.stringify(name)}`, data);
      if (name === resource) own = read;
    }
    const columns = { ...common.columns };
    for (const [name, labels] of Object.entries(own.columns))
      columns[name] = [...new Set([...(columns[name] ?? []), ...labels])];
    return { columns, functions: { ...common.functions, ...own.functions } };
  }

  #read(around: string, value: unknown): CatalogData {
    const data = this.#record(around, value, ['columns', 'functions']);
    const within = around === '' ? '' : `${around}.`;
    const columns = new Map<string, readonly string[]>();
    for (const [name, labels] of Object.entries(this.#record(`${within}columns`, data.columns))) {
      const place = `${within}columns.${JSON.stringify(name)}`;
      this.#checkName(place, name, 3);
      columns.set(name, this.#labels(place, labels));
    }
    const functions = new Map<string, Vouch>();
    for (const [signature, vouch] of Object.entries(this.#record(`${within}functions`, data.functions))) {
      const place = `${within}functions.${JSON.stringify(signature)}`;
      if (!/^[^(]+\..+\(.*\)$/s.test(signature))
        this.problems.push(
          `${place}: a function is named by its schema and types, such as public.touch(integer)`,
        );
      functions.set(signature, this.#vouch(place, vouch));
    }
    return { columns: Object.fromEntries(columns), functions: Object.fromEntries(functions) };
  }

  #vouch(place: string, value: unknown): Vouch {
    const { reads, carries, writes } = this.#record(place, value, ['reads', 'carries', 'writes']);
    return {
      reads: this.#names(`${place}.reads`, reads, 3),
      carries: carries === undefined ? [] : this.#labels(`${place}.carries`, carries),
      writes: this.#names(`${place}.writes`, writes, 2),
    };
  }

  #names(place: string, value: unknown, parts: 2 | 3): readonly string[] {
    if (value === undefined) return [];
    const names = this.#texts(place, value);
    for (const name of names) this.#checkName(`${place}: ${JSON.stringify(name)}`, name, parts);
    return names;
  }

  #checkName(place: string, name: string, parts: 2 | 3): void {
    if (splitName(name)?.length === parts) return;
    const form = parts === 3 ? 'schema.relation.column' : 'schema.relation';
    this.problems.push(`${place}: must have the form ${form}; a part with a dot stands in double quotes`);
  }

  #labels(place: string, value: unknown): readonly string[] {
    const labels = this.#texts(place, value);
    for (const label of labels)
      if (!isLabelName(label))
        this.problems.push(`${place}: ${JSON.stringify(label)} is no label: ${labelNameForm}`);
    return labels;
  }

  #texts(place: string, value: unknown): readonly string[] {
    if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value;
    this.problems.push(`${place}: must be a list of texts`);
    return [];
  }

  /** Nothing at all counts as empty; `keys` are the only ones it may have. */
  #record(place: string, value: unknown, keys?: readonly string[]): Readonly<Record<string, unknown>> {
    if (value === undefined) return {};
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      this.problems.push(`${place || 'the data'}: must be an object`);
      return {};
    }
    const at = place === '' ? '' : `${place}.`;
    for (const key of Object.keys(value))
      if (keys !== undefined && !keys.includes(key))
        this.problems.push(
          `${at}${key}: unknown key; known are ${keys.join(', ')}${place === '' ? ', resources' : ''}`,
        );
    return value as Record<string, unknown>;
  }
}
