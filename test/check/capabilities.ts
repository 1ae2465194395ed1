// schemas/capabilities.json: what OPA knows, as far as the gateway's policies may use it. `opa check` and `opa build` read it.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { ensureOpa } from '../../gateway/bin/opa.mjs';
import { allowedBuiltIns } from '../../gateway/policy/index.ts';
import type { Generated } from './generated-file.ts';

const run = promisify(execFile);

type BuiltIn = Readonly<{ name: string; infix?: string; relation?: boolean; decl: unknown }>;
type Capabilities = Readonly<{
  builtins: readonly BuiltIn[];
  future_keywords?: readonly string[];
  features?: readonly string[];
}>;

export const capabilities: Generated = {
  file: new URL('../../schemas/capabilities.json', import.meta.url),
  // Another version of OPA knows other keywords: only another list is a reason to write the file again.
  generate: async (current) => (isCurrent(current) ? current : generateCapabilities()),
};

function isCurrent(text: string): boolean {
  if (text === '') return false;
  const names = (JSON.parse(text) as Capabilities).builtins.map(({ name }) => name);
  return names.length === allowedBuiltIns.size && names.every((name) => allowedBuiltIns.has(name));
}

async function generateCapabilities(): Promise<string> {
  const { stdout } = await run(await ensureOpa(), ['capabilities', '--current'], { maxBuffer: 2 ** 24 });
  const { builtins, future_keywords = [], features = [] } = JSON.parse(stdout) as Capabilities;
  const allowed = builtins.filter(({ name }) => allowedBuiltIns.has(name)).map(withoutText);
  const capabilities = {
    builtins: allowed,
    future_keywords,
    features,
    wasm_abi_versions: [
      { version: 1, minor_version: 2 },
      { version: 1, minor_version: 3 },
    ],
    allow_net: [],
  };
  return `${withShortLists(JSON.stringify(capabilities, undefined, 2))}\n`;
}

/** Lists of words stand on one line, as the formatter wants them. */
const withShortLists = (json: string) =>
  json.replace(
    /\[\s+("[^"]*"(?:,\s+"[^"]*")*)\s+\]/g,
    (_, items: string) => `[${items.replace(/\s+/g, ' ')}]`,
  );

/** Descriptions are OPA's documentation, and change with it. */
function withoutText(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutText);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(([key]) => key !== 'description' && key !== 'categories');
  return Object.fromEntries(entries.map(([key, member]) => [key, withoutText(member)]));
}
