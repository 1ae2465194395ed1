// Prometheus' text format, version 0.0.4: https://prometheus.io/docs/instrumenting/exposition_formats/
import type { Family, Labels, Sample } from '../../lib/index.ts';

export const expositionType = 'text/plain; version=0.0.4; charset=utf-8';

/** What one process measured. */
export type ProcessMetrics = Readonly<{ process: string; families: readonly Family[] }>;

/** Each sample says which process it is from: counts of one that was started again begin anew, those of others go on. */
export function expose(processes: readonly ProcessMetrics[]): string {
  const families = new Map<string, { family: Family; samples: Sample[] }>();
  for (const { process, families: measured } of processes) {
    for (const family of measured) {
      const known = families.get(family.name) ?? { family, samples: [] };
      families.set(family.name, known);
      for (const sample of family.samples)
        known.samples.push({ ...sample, labels: { process, ...sample.labels } });
    }
  }
  return [...families.values()].map(({ family, samples }) => exposeFamily(family, samples)).join('');
}

function exposeFamily({ name, help, type }: Family, samples: readonly Sample[]): string {
  if (samples.length === 0) return '';
  const lines = samples.map(
    ({ suffix = '', labels, value }) => `${name}${suffix}${exposeLabels(labels)} ${exposeValue(value)}\n`,
  );
  return `# HELP ${name} ${escapeHelp(help)}\n# TYPE ${name} ${type}\n${lines.join('')}`;
}

const exposeLabels = (labels: Labels): string =>
  `{${Object.entries(labels)
    .map(([name, value]) => `${name}="${escapeValue(value)}"`)
    .join(',')}}`;

const escapeHelp = (text: string): string => text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');

const escapeValue = (text: string): string => escapeHelp(text).replaceAll('"', '\\"');

function exposeValue(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (value === Number.POSITIVE_INFINITY) return '+Inf';
  return value === Number.NEGATIVE_INFINITY ? '-Inf' : String(value);
}
