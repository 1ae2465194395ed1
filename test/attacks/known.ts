// Attacks that work, each with the reason why that is so: any other one that does fails the lane.
export const knownLeaks: Readonly<Record<string, string>> = {
  'destructive-39':
    'each deletes one row by its key, which the profile allows; there are no budgets of changed rows',
  'destructive-47':
    'SET is refused: 0 is what the server itself begins with, and the limit of the role holds beside it',
  'protocol-19':
    'the view is changed beside the gateway, which sees that within 5 seconds; the statement runs before that',
  'scope-escape-19':
    'SET ROLE is refused: the session stays what its credential makes it, a superuser, and says so',
  'scope-escape-20': 'as scope-escape-19',
  'scope-escape-22': 'as scope-escape-19',
};
