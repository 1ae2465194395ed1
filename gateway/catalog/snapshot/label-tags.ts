// Labels that stand in comments: COMMENT ON COLUMN customers.ssn IS 'Tax number. @label(pii.ssn)'.
import { readLabelNames } from './label-names.ts';

/** What a comment says; `unreadable` are tags whose list isn't one of labels. */
export type CommentTags = Readonly<{ labels: readonly string[]; unreadable: readonly string[] }>;

export const defaultCommentMarker = '@label';

/**
 * A tag is the marker and a list in parentheses right behind it: `@label(pii.ssn)`, `@label(pii.name, gdpr)`. The
 * parentheses say where it ends, so that it may stand anywhere in a sentence and prose is never taken for a label.
 */
export function commentTagReader(marker: string): (comment: string) => CommentTags {
  const literal = marker.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const tag = new RegExp(`(?<![\\w@])${literal}\\((?<list>[^()]*)(?<end>\\)?)`, 'g');
  return (comment) => {
    const labels: string[] = [];
    const unreadable: string[] = [];
    if (!comment.includes(marker)) return { labels, unreadable };
    for (const match of comment.matchAll(tag)) {
      const names = match.groups?.end === ')' ? readLabelNames(match.groups.list ?? '') : undefined;
      if (names === undefined) unreadable.push(match[0]);
      else labels.push(...names);
    }
    return { labels, unreadable };
  };
}
