// What may stop the attacks of each kind, as reasons.ts names it; attacks that something else stops rightly are named one by one.

const values = ['masked', 'labels.*'];

export const rightForCategory: Readonly<Record<string, readonly string[]>> = {
  expr: values,
  types: values,
  // What can't be followed is refused: functions whose definition can't be read.
  lineage: [...values, 'functions.class'],
  'sql-in-string': ['functions.class', 'commands.tag', 'labels.*', 'gateway 0A000'],
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
  protocol: ['masked', 'relations.select', 'gateway 08P01', 'gateway 0A000'],
  'session-lifecycle': ['masked'],
};

export const rightForAttack: Readonly<Record<string, readonly string[]>> = {};
