// What one check found.

export type Finding = Readonly<{
  grade: 'good' | 'warning' | 'bad';
  /** The configuration key, for example `listen.tls.cert`. */
  about: string;
  text: string;
  fix?: string;
}>;

export function good(about: string, text: string): Finding {
  return { grade: 'good', about, text };
}

export function warning(about: string, text: string, fix?: string): Finding {
  return { grade: 'warning', about, text, ...(fix === undefined ? {} : { fix }) };
}

export function bad(about: string, text: string, fix?: string): Finding {
  return { grade: 'bad', about, text, ...(fix === undefined ? {} : { fix }) };
}
