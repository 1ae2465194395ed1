// The files that are data rather than bytes: read as UTF-8, JSON or YAML, into a value and the text that its hash is of.
import { parseDocument } from 'yaml';
import { BundleRefused } from './bundle-refused.ts';
import { type CanonicalJson, JsonProblem, readCanonicalJson } from './canonical-json.ts';
import { baseName, quotePath } from './file-path.ts';

/** `data.yml` is data too, but OPA hashes it as the bytes that it is. */
export function isHashedAsData(path: string): boolean {
  return ['data.json', 'data.yaml', '.manifest'].includes(baseName(path));
}

export function readStructured(path: string, content: Buffer): CanonicalJson {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(content);
    return readCanonicalJson(/\.ya?ml$/.test(path) ? yamlToJson(text) : text);
  } catch (cause) {
    const problem = cause instanceof JsonProblem ? cause.message : 'it is no UTF-8 text';
    const language = /\.ya?ml$/.test(path) ? 'YAML' : 'JSON';
    throw new BundleRefused(
      path === '.manifest' ? 'manifest_malformed' : 'data_malformed',
      `${quotePath(path)} cannot be read as ${language}: ${problem}; build the bundle with \`opa build\``,
    );
  }
}

/** A file named .yaml may hold JSON, whose numbers then count as they are written. */
function yamlToJson(text: string): string {
  try {
    readCanonicalJson(text);
    return text;
  } catch {
    return toJson(parseYaml(text), 0);
  }
}

/** YAML 1.1 without times and numbers of base 60: as OPA reads it. */
function parseYaml(text: string): unknown {
  try {
    const document = parseDocument(text, {
      version: '1.1',
      intAsBigInt: true,
      uniqueKeys: true,
      logLevel: 'silent',
      customTags: (tags) =>
        tags.filter(
          (tag) => typeof tag === 'string' || (tag.format !== 'TIME' && !tag.tag.endsWith(':timestamp')),
        ),
    });
    if (document.errors.length === 0 && document.warnings.length === 0)
      return document.toJS({ maxAliasCount: 100 });
  } catch {
    // Whatever it throws quotes the text.
  }
  throw new JsonProblem('it is no YAML, or has tags or aliases that a bundle may not have');
}

function toJson(value: unknown, depth: number): string {
  if (depth > 200) throw new JsonProblem('it is nested more than 200 deep');
  if (typeof value === 'bigint') return String(value);
  if (Array.isArray(value)) return `[${value.map((item) => toJson(item, depth + 1)).join(',')}]`;
  if (typeof value === 'object' && value !== null) {
    const members = Object.entries(value).map(
      ([key, item]) => `${JSON.stringify(key)}:${toJson(item, depth + 1)}`,
    );
    return `{${members.join(',')}}`;
  }
  if (typeof value === 'number' && !Number.isFinite(value))
    throw new JsonProblem('a number is infinite or none');
  const text = JSON.stringify(value);
  if (text === undefined) throw new JsonProblem('it has a value that JSON does not know');
  return text;
}
