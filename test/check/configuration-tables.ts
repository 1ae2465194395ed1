// The configuration reference: one table for each group of keys in the schema.

export type Schema = Readonly<{
  $ref?: string;
  $defs?: Readonly<Record<string, Schema>>;
  description?: string;
  type?: string | readonly string[];
  enum?: readonly unknown[];
  default?: unknown;
  required?: readonly string[];
  properties?: Readonly<Record<string, Schema>>;
  additionalProperties?: false | Schema;
  items?: Schema;
  anyOf?: readonly Schema[];
}>;

export function configurationTables(schema: Schema): string {
  const find = (node: Schema): Schema =>
    node.$ref === undefined ? node : { ...schema.$defs?.[node.$ref.replace('#/$defs/', '')], ...node };
  const tables: string[] = [];
  /** Where the groups that several keys have are written. */
  const written = new Map<string, string>();

  const visit = (path: string, node: Schema): void => {
    const properties = Object.entries(node.properties ?? {}).map(
      ([key, value]) => [key, find(value)] as const,
    );
    const rows = properties.map(([key, value]) =>
      printRow(key, value, node.required?.includes(key) === true, find),
    );
    const title = path === '' ? 'Top level' : `\`${path}\``;
    tables.push([`## ${title}`, '', '| Key | Value | Default | |', '|---|---|---|---|', ...rows].join('\n'));
    for (const [key, value] of properties) {
      const inner = groupBelow(value, find);
      if (inner === undefined) continue;
      const place = `${path === '' ? '' : `${path}.`}${key}${inner.suffix}`;
      const before = inner.name === undefined ? undefined : written.get(inner.name);
      if (before !== undefined) tables.push(`## \`${place}\`\n\nThe keys of \`${before}\`.`);
      else {
        if (inner.name !== undefined) written.set(inner.name, place);
        visit(place, inner.group);
      }
    }
  };
  visit('', schema);
  return tables.join('\n\n');
}

/** The group of keys that a key leads to: its own, that of its list's items, or that of each name below it. */
function groupBelow(
  node: Schema,
  find: (node: Schema) => Schema,
): { group: Schema; suffix: string; name: string | undefined } | undefined {
  const candidates: [Schema | undefined, string][] = [
    [node.additionalProperties || undefined, '.NAME'],
    [node.items, '[]'],
    [node, ''],
  ];
  for (const [candidate, suffix] of candidates) {
    const group = candidate && find(candidate);
    if (group?.properties) return { group, suffix, name: candidate?.$ref };
  }
  return undefined;
}

function printRow(key: string, node: Schema, isRequired: boolean, find: (node: Schema) => Schema): string {
  const fallback = isRequired ? '**required**' : printDefault(node.default);
  return `| \`${key}\` | ${printType(node, find)} | ${fallback} | ${node.description ?? ''} |`;
}

function printDefault(value: unknown): string {
  if (value === undefined || (typeof value === 'object' && value !== null && Object.keys(value).length === 0))
    return '';
  return Array.isArray(value) ? value.map((item) => `\`${item}\``).join(', ') : `\`${value}\``;
}

function printType(node: Schema, find: (node: Schema) => Schema): string {
  if (node.enum) return node.enum.map((value) => `\`${value}\``).join(', ');
  if (node.anyOf) return node.anyOf.map((one) => printType(find(one), find)).join(' or ');
  if (node.type === 'array') return `list of ${printType(find(node.items ?? {}), find)}`;
  return [node.type ?? []]
    .flat()
    .map((type) => names[type] ?? type)
    .join(', ');
}

const names: Readonly<Record<string, string>> = {
  integer: 'whole number',
  object: 'keys',
  string: 'text',
  boolean: 'true, false',
};
