// What is told of a session that is watched, without its rows: for whoever reads more slowly than they come.

const rows: ReadonlySet<unknown> = new Set(['row', 'row_left_out', 'copy']);

/** Marks stand where the rows did, with how many they were. */
export function rowsLeftOut(lines: string): string {
  let kept = '';
  let run: { time: unknown; statement: unknown; kind: 'dropped'; rows: number } | undefined;
  const endRun = (): void => {
    if (run !== undefined) kept += `${JSON.stringify(run)}\n`;
    run = undefined;
  };
  for (const line of lines.split('\n')) {
    if (line === '') continue;
    const { kind, time, statement } = JSON.parse(line) as Readonly<Record<string, unknown>>;
    if (rows.has(kind)) {
      if (run?.statement !== statement) endRun();
      run ??= { time, statement, kind: 'dropped', rows: 0 };
      run.rows += 1;
    } else {
      endRun();
      kept += `${line}\n`;
    }
  }
  endRun();
  return kept;
}
