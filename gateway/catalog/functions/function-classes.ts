// The reviewed class of every function that PostgreSQL brings along, and of the extensions that matter.
import { readFileSync } from 'node:fs';
import { type FunctionEntry, parseClassList } from './class-list.ts';
import { printSignature, readSignature } from './function-signature.ts';

/** What the catalog knows of one function. */
export type FunctionIdentity = Readonly<{
  oid: number;
  schema: string;
  name: string;
  /** As format_type prints them. */
  argumentTypes: readonly string[];
  /** The extension that it belongs to. */
  extension?: string | undefined;
}>;

export type FunctionClasses = Readonly<{
  /** The class of a function of a real catalog: never anybody else's function by its name alone. */
  of(identity: FunctionIdentity): FunctionEntry;
  /**
   * What is said of a built-in function, by the text of its regprocedure as an empty search path prints it: no schema
   * means pg_catalog. For people who ask; a statement's functions are judged by `of`, which no name can deceive.
   */
  find(signature: string): FunctionEntry | undefined;
  /** What is said of a built-in function, by its name and types. */
  findByName(name: string, argumentTypes: readonly string[], schema?: string): FunctionEntry | undefined;
  /** What is said of an extension's functions of that name, whatever schema it is installed in. */
  findInExtension(extension: string, name: string): FunctionEntry | undefined;
  /** All signatures of built-in functions, and all `extension/name`. */
  signatures(): readonly string[];
  extensionFunctions(): readonly string[];
}>;

/** FirstNormalObjectId: whatever has a lower number was there when the cluster was made. */
export const firstNormalOid = 16384;

const unknown: FunctionEntry = { class: 'opaque', family: 'Not reviewed', note: undefined };
let loaded: FunctionClasses | undefined;

/** Reads the classification once a process. */
export function loadFunctionClasses(): FunctionClasses {
  loaded ??= createFunctionClasses(readList('pg-catalog.txt'), readList('extensions.txt'));
  return loaded;
}

function createFunctionClasses(
  builtin: ReadonlyMap<string, FunctionEntry>,
  extensions: ReadonlyMap<string, FunctionEntry>,
): FunctionClasses {
  const findByName = (name: string, types: readonly string[], schema = 'pg_catalog') =>
    builtin.get(printSignature(schema, name, types));
  const findInExtension = (extension: string, name: string) => extensions.get(`${extension}/${name}`);
  return {
    of({ oid, schema, name, argumentTypes, extension }) {
      if (oid < firstNormalOid) return findByName(name, argumentTypes.map(withoutCatalog), schema) ?? unknown;
      return (extension === undefined ? undefined : findInExtension(extension, name)) ?? unknown;
    },
    find: (signature) => builtin.get(readSignature(signature)),
    findByName,
    findInExtension,
    signatures: () => [...builtin.keys()],
    extensionFunctions: () => [...extensions.keys()],
  };
}

/** format_type writes the schema when a type of the same name comes earlier on the search path. */
function withoutCatalog(type: string): string {
  return type.startsWith('pg_catalog.') ? type.slice('pg_catalog.'.length) : type;
}

function readList(file: string): Map<string, FunctionEntry> {
  return parseClassList(readFileSync(new URL(file, import.meta.url), 'utf8'));
}
