// What is measured, in the form in which it is handed on: between processes, and to who prints it.

export type Labels = Readonly<Record<string, string>>;

export type Sample = Readonly<{
  /** What a histogram's parts have behind the name. */
  suffix?: '_bucket' | '_sum' | '_count';
  labels: Labels;
  value: number;
}>;

export type Family = Readonly<{
  name: string;
  help: string;
  type: 'counter' | 'gauge' | 'histogram';
  samples: readonly Sample[];
}>;

/** A family of one value, or of several that labels tell apart. */
export function gauge(name: string, help: string, samples: number | readonly Sample[]): Family {
  return {
    name,
    help,
    type: 'gauge',
    samples: typeof samples === 'number' ? [unlabelled(samples)] : samples,
  };
}

export function counter(name: string, help: string, samples: number | readonly Sample[]): Family {
  return { ...gauge(name, help, samples), type: 'counter' };
}

const unlabelled = (value: number): Sample => ({ labels: {}, value });
