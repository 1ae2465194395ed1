// Identifiers as SQL text.

/** Quoted always: a keyword needs it, and quoting changes nothing for the others. */
export function quoteIdentifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
