// One part of the check and what it found.

export type Verdict =
  | Readonly<{ state: 'ok' }>
  | Readonly<{ state: 'failed'; findings: string }>
  | Readonly<{ state: 'skipped'; because: string }>;

export type Part = Readonly<{ name: string; run(): Promise<Verdict> }>;

/** Passes when there is nothing to report. */
export function verdictOf(findings: readonly string[]): Verdict {
  return findings.length === 0 ? { state: 'ok' } : { state: 'failed', findings: findings.join('\n') };
}
