// What may stop the attacks of each kind, as reasons.ts names it; attacks that something else stops rightly are named one by one.

const values = ['masked', 'labels.*'];

export const rightForCategory: Readonly<Record<string, readonly string[]>> = {
  expr: values,
  // A redacted number is 0, and a redacted day the first of all.
  types: [...values, 'answered'],
  // What can't be followed is refused: functions whose definition can't be read.
  lineage: [...values, 'functions.class'],
  'sql-in-string': ['functions.class', 'functions.procedure', 'commands.tag', 'labels.*', 'gateway 0A000'],
  cursor: values,
  'copy-file': ['masked', 'commands.tag', 'commands.server_files', 'functions.class'],
  launder: ['labels.*', 'commands.tag', 'relations.*'],
  'error-leak': ['withheld *', 'labels.*'],
  'notice-leak': ['functions.class', 'commands.tag', 'settings.change'],
  'catalog-leak': ['labels.*', 'functions.class', 'relations.select', 'masked'],
  // The answer itself tells: a mask is enough only where the value stands in the answer.
  inference: ['labels.*', 'masked'],
  destructive: ['writes.without_key', 'relations.*', 'commands.tag', 'functions.class'],
  'scope-escape': [
    'relations.*',
    'settings.change',
    'commands.tag',
    'functions.class',
    'gateway 22023',
    'gateway 42501',
  ],
  'parser-differential': [
    'settings.change',
    'functions.class',
    'writes.without_key',
    'gateway 22023',
    'masked',
    'labels.*',
  ],
  protocol: ['masked', 'labels.*', 'relations.select', 'gateway 08P01', 'gateway 0A000'],
  'session-lifecycle': ['masked'],
};

/** Behind a superuser's login, whose sessions act as the other role: what that may not do, the server refuses. */
export const rightForSuperuser: readonly string[] = ['gateway 42501', 'withheld 42501'];

export const rightForAttack: Readonly<Record<string, readonly string[]>> = {
  // Nobody can say what a cursor is of that a function opens.
  'cursor-04': ['functions.class'],
  // A prepared statement is decided as it is prepared and as it runs.
  'sql-in-string-18': ['masked'],
  // What stands inside COPY and EXPLAIN is a write without a key.
  'copy-file-05': ['writes.without_key'],
  'catalog-leak-04': ['writes.without_key'],
  // Constraints and keys that nobody reaches can't fail.
  'error-leak-14': ['relations.update'],
  'error-leak-15': ['relations.update'],
  'error-leak-20': ['relations.insert'],
  'error-leak-21': ['relations.insert'],
  // The time-out that the role begins with stays.
  'destructive-47': ['settings.change'],
  // The words are those of a function that nobody can read.
  'error-leak-18': ['functions.class'],
  'error-leak-22': ['functions.class'],
  // The older server doesn't know the function.
  'parser-differential-21': ['gateway 42883', 'answered', 'masked'],
  'protocol-18': ['commands.tag'],
  'protocol-21': ['writes.without_key'],
  'protocol-27': ['gateway 28000'],
  // Nothing that is asked for here is dangerous: the answer must be an honest one.
  'protocol-32': ['silent'],
  'protocol-38': ['answered'],
  'protocol-42': ['answered'],
  // Bytes before a login have no messages.
  'protocol-44': ['silent'],
  'protocol-45': ['silent'],
  'protocol-46': ['silent'],
  // What was approved is another statement: this one waits for an approval of its own.
  'session-lifecycle-04': ['writes.without_key'],
  // The token has opened its connection.
  'session-lifecycle-07': ['gateway 28000'],
  'session-lifecycle-10': ['relations.select'],
  'session-lifecycle-11': ['answered'],
  'session-lifecycle-12': ['answered'],
  // Up to some keys they run, and are counted as they do.
  'own-destructive-12': ['writes.without_key', 'role.*'],
  'own-destructive-13': ['writes.without_key', 'role.*'],
  // What comes before may change what the names behind it mean.
  'own-scope-escape-15': ['opaque.statement'],
  // It is found, read, and masked.
  'own-scope-escape-36': ['masked'],
  // Which sequence it would be is worked out as it runs.
  'own-scope-escape-22': ['opaque.statement'],
  'own-scope-escape-25': ['opaque.statement'],
  'own-scope-escape-51': ['opaque.statement'],
  'own-scope-escape-52': ['masked'],
  'own-scope-escape-53': ['masked'],
  'own-scope-escape-33': ['gateway 0A000'],
  // Its tree is too deep to be read.
  'own-protocol-21': ['opaque.statement', 'masked'],
  'own-cursor-15': ['opaque.statement', 'masked'],
  'own-parser-differential-09': ['functions.class', 'gateway 42601'],
  'own-launder-24': ['masked'],
  'own-destructive-24': ['relations.*'],
};
