// What a generated file is.

/** A file whose text, or parts of it, follow from something else. */
export type Generated = Readonly<{ file: URL; generate(current: string): Promise<string> }>;
