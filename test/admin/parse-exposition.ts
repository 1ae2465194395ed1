// A strict reader of Prometheus' text format: it takes what the format's grammar allows, and nothing beside it.

export type Read = Readonly<{
  types: ReadonlyMap<string, string>;
  helps: ReadonlyMap<string, string>;
  samples: readonly Readonly<{ name: string; labels: Readonly<Record<string, string>>; value: number }>[];
}>;

const name = '[a-zA-Z_:][a-zA-Z0-9_:]*';
const sampleLine = new RegExp(`^(${name})(?:\\{(.*)\\})? (NaN|[+-]Inf|-?\\d+(?:\\.\\d+)?(?:e[+-]\\d+)?)$`);
const label = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\["\\n])*)"(,|$)/y;
const suffixes: Readonly<Record<string, readonly string[]>> = {
  counter: [''],
  gauge: [''],
  histogram: ['_bucket', '_sum', '_count'],
};

export function parseExposition(text: string): Read {
  if (!text.endsWith('\n')) throw new Error('the last line has no end');
  const types = new Map<string, string>();
  const helps = new Map<string, string>();
  const samples: { name: string; labels: Record<string, string>; value: number }[] = [];
  const seen = new Set<string>();
  let current = '';
  for (const line of text.slice(0, -1).split('\n')) {
    const [, kind, about, rest] = /^# (HELP|TYPE) (\S+) (.+)$/.exec(line) ?? [];
    if (kind === 'HELP' && about !== undefined && rest !== undefined) {
      if (helps.has(about)) throw new Error(`a second HELP of ${about}`);
      if (/\\(?![\\n])/.test(rest.replaceAll('\\\\', ''))) throw new Error(`an escape that is none: ${rest}`);
      helps.set(about, rest);
      current = about;
    } else if (kind === 'TYPE' && about !== undefined && rest !== undefined) {
      if (about !== current || types.has(about)) throw new Error(`TYPE of ${about} is in the wrong place`);
      if (suffixes[rest] === undefined) throw new Error(`no type: ${rest}`);
      types.set(about, rest);
    } else {
      const [, full = '', labelText = '', number = ''] = sampleLine.exec(line) ?? [];
      if (full === '') throw new Error(`no sample: ${line}`);
      const allowed = (suffixes[types.get(current) ?? ''] ?? []).map((suffix) => `${current}${suffix}`);
      if (!allowed.includes(full)) throw new Error(`${full} stands among those of ${current}`);
      const labels = readLabels(labelText);
      const key = JSON.stringify([full, Object.entries(labels).sort()]);
      if (seen.has(key)) throw new Error(`twice: ${line}`);
      seen.add(key);
      samples.push({ name: full, labels, value: Number(number.replace('Inf', 'Infinity')) });
    }
  }
  checkHistograms(types, samples);
  return { types, helps, samples };
}

function readLabels(text: string): Record<string, string> {
  const labels: Record<string, string> = {};
  label.lastIndex = 0;
  for (let at = 0; at < text.length; at = label.lastIndex) {
    const [, key = '', value = '', end] = label.exec(text) ?? [];
    if (key === '' || (end === ',' && label.lastIndex === text.length)) throw new Error(`no labels: ${text}`);
    if (key in labels || key.startsWith('__')) throw new Error(`label ${key} can't be`);
    labels[key] = value.replace(/\\(.)/g, (_, sign: string) => (sign === 'n' ? '\n' : sign));
  }
  return labels;
}

/** Buckets grow, the last one is infinite and has all. */
function checkHistograms(types: Read['types'], samples: Read['samples']): void {
  for (const [family, type] of types) {
    if (type !== 'histogram') continue;
    const own = samples.filter(({ name: full }) => full === `${family}_bucket`);
    const series = Map.groupBy(own, ({ labels: { le: _, ...others } }) => JSON.stringify(others));
    for (const [others, buckets] of series) {
      const counts = buckets.map(({ value }) => value);
      const bounds = buckets.map(({ labels }) => Number(labels.le?.replace('Inf', 'Infinity')));
      const isSorted = (list: readonly number[]) => list.every((each, at) => each >= (list[at - 1] ?? 0));
      if (!isSorted(counts) || !isSorted(bounds)) throw new Error(`buckets of ${family} fall`);
      const total = samples.find(
        ({ name: full, labels }) => full === `${family}_count` && JSON.stringify(labels) === others,
      );
      if (bounds.at(-1) !== Number.POSITIVE_INFINITY || counts.at(-1) !== total?.value)
        throw new Error(`${family} has no last bucket with all`);
    }
  }
}
