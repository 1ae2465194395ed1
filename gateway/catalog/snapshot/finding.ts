// What doesn't fit between a database and what people say of it: reported, and never a reason to stop.

export type CatalogFinding = Readonly<{
  kind: 'unknown_column' | 'unknown_relation' | 'unknown_function' | 'unreadable_tag' | 'misplaced_tag';
  /** The name that it is about, as it was written or as the catalog has it. */
  name: string;
  /** A sentence for people. */
  message: string;
}>;
