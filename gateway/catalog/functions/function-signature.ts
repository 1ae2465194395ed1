// How a function is written down: `schema.name(type,type)`, as regprocedure prints it but never quoted.

/**
 * @example printSignature('pg_catalog', 'left', ['text', 'integer'])  // pg_catalog.left(text,integer)
 */
export function printSignature(schema: string, name: string, argumentTypes: readonly string[]): string {
  return `${schema}.${name}(${argumentTypes.join(',')})`;
}

/**
 * Brings a regprocedure's text into that form: a schema where it has none (PostgreSQL leaves pg_catalog out),
 * no quotes around the name (which names are quoted differs by version).
 *
 * @example readSignature('"left"(text,integer)')  // pg_catalog.left(text,integer)
 */
export function readSignature(text: string): string {
  const parts =
    /^(?:(?<schema>"(?:[^"]|"")+"|[^".(]+)\.)?(?<name>"(?:[^"]|"")+"|[^".(]+)(?<types>\(.*\))$/s.exec(text);
  if (!parts?.groups) return text;
  const { schema = 'pg_catalog', name = '', types = '' } = parts.groups;
  return `${unquote(schema)}.${unquote(name)}${types}`;
}

function unquote(name: string): string {
  return name.startsWith('"') ? name.slice(1, -1).replaceAll('""', '"') : name;
}
