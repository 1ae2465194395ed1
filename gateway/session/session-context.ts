// What decides how a session's statements are read: asked of the server when it isn't known, kept while nothing changes.
import { type AnalysisContext, analysisSettings } from '../catalog/index.ts';
import { Fault } from '../lib/index.ts';
import type { Row } from './row.ts';

export type Ask = (sql: string, values?: readonly string[]) => Promise<readonly Row[]>;

/** Contexts that all sessions of this process share, so that whatever is keyed on one is found again by another. */
const CONTEXTS_MAX = 1000;
const contexts = new Map<string, AnalysisContext>();

/** PostgreSQL reports these of its own accord before each ReadyForQuery. */
const reported: ReadonlySet<string> = new Set(['client_encoding', 'standard_conforming_strings']);

/** ParameterStatus names, in lower case, that tell of a change; `search_path` is reported from PostgreSQL 18 on. */
const telling: ReadonlySet<string> = new Set([
  'search_path',
  'session_authorization',
  'is_superuser',
  ...analysisSettings.map((name) => name.toLowerCase()),
]);

export class SessionContext {
  readonly #pinned: Readonly<Record<string, string>>;
  readonly pinnedAreReported: boolean;
  readonly #question: string;
  /** There may be objects in the session's schema for temporary ones. */
  temporary = true;
  #known: AnalysisContext | undefined;
  #catalogVersion: string | undefined;
  /** Counts the changes, so that an answer is told from a later state. */
  #changes = 0;
  #asking: Promise<AnalysisContext> | undefined;

  constructor(pinned: Readonly<Record<string, string>>) {
    this.#pinned = pinned;
    this.pinnedAreReported = Object.keys(pinned).every((name) => reported.has(name));
    this.#question = question(Object.keys(pinned));
  }

  /** A setting may have changed. */
  changed(): void {
    this.#known = undefined;
    this.#changes += 1;
  }

  /** An object may have come or gone, a schema among them. */
  objectsChanged(): void {
    this.temporary = true;
    this.changed();
  }

  /** The server has reported a setting. */
  reported(name: string): void {
    if (telling.has(name.toLowerCase())) this.changed();
  }

  /**
   * The same object while nothing has changed. Another version of the catalog makes it be asked again: a schema that
   * somebody else has created, or the right to use it, changes the effective path.
   */
  get(catalogVersion: string | undefined, ask: Ask): AnalysisContext | Promise<AnalysisContext> {
    if (catalogVersion !== undefined && catalogVersion !== this.#catalogVersion) {
      this.#catalogVersion = catalogVersion;
      this.changed();
    }
    if (this.#known !== undefined) return this.#known;
    this.#asking ??= this.#ask(ask).finally(() => {
      this.#asking = undefined;
    });
    return this.#asking;
  }

  async #ask(ask: Ask): Promise<AnalysisContext> {
    const changes = this.#changes;
    const [row] = await ask(this.#question);
    const [path, temporary, ...values] = row ?? [];
    if (typeof path !== 'string')
      throw new Fault('decision_failed', {}, new Error('no answer about the session'));
    this.#checkPinned(values.splice(analysisSettings.length));
    const hasTemporary = temporary !== 'f';
    const context = intern(hasTemporary, JSON.parse(path), values);
    if (changes === this.#changes) {
      this.#known = context;
      this.temporary = hasTemporary;
    }
    return context;
  }

  #checkPinned(values: readonly (string | null)[]): void {
    Object.entries(this.#pinned).forEach(([name, want], index) => {
      if (values[index] !== want) throw new Fault('pinned_setting_changed', { name, want });
    });
  }
}

/** One row: the effective path, whether there are temporary objects, the settings. Nothing in it can be shadowed. */
function question(pinned: readonly string[]): string {
  const values = [...analysisSettings, ...pinned].map(
    (name) => `pg_catalog.current_setting('${name.replaceAll("'", "''")}', true)`,
  );
  return `SELECT pg_catalog.array_to_json(pg_catalog.current_schemas(true)), EXISTS (
    SELECT FROM pg_catalog.pg_depend
    WHERE refclassid OPERATOR(pg_catalog.=) 'pg_catalog.pg_namespace'::pg_catalog.regclass
      AND refobjid OPERATOR(pg_catalog.=) pg_catalog.pg_my_temp_schema()), ${values.join(', ')}`;
}

function intern(
  hasTemporary: boolean,
  path: readonly string[],
  values: readonly (string | null)[],
): AnalysisContext {
  // An empty schema for temporary objects changes nothing.
  const searchPath = hasTemporary ? path : path.filter((schema) => !/^pg_temp_\d+$/.test(schema));
  const key = JSON.stringify([searchPath, values]);
  const known = contexts.get(key);
  if (known !== undefined) return known;
  const settings = Object.fromEntries(
    analysisSettings.flatMap((name, index) => {
      const value = values[index];
      return typeof value === 'string' ? [[name, value]] : [];
    }),
  );
  const context: AnalysisContext = Object.freeze({
    searchPath: Object.freeze(searchPath),
    settings: Object.freeze(settings),
  });
  if (contexts.size >= CONTEXTS_MAX) contexts.clear();
  contexts.set(key, context);
  return context;
}
