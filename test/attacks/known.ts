// Attacks that work, each with the reason why that is so: any other one that does fails the lane.
export const knownLeaks: Readonly<Record<string, string>> = {
  'destructive-39':
    'each deletes one row by its key, which the profile allows; a budget of affected rows would end it, after as many as it has',
  'destructive-47':
    'SET is refused: 0 is what the server itself begins with, and the limit of the role holds beside it',
  'protocol-19':
    'the view is changed beside the gateway, which sees that within 5 seconds; the statement runs before that',
  'scope-escape-19':
    'SET ROLE is refused: the session stays what its credential makes it, a superuser, and says so',
  'scope-escape-20': 'as scope-escape-19',
  'scope-escape-22': 'as scope-escape-19',
  'own-scope-escape-21':
    'the profile lists nextval by its signature, and the facts of a call do not say which sequence it moves',
  'own-scope-escape-22': 'as own-scope-escape-21',
  'own-scope-escape-23': 'as own-scope-escape-21',
  'own-scope-escape-25': 'as own-scope-escape-21',
  'own-catalog-leak-13':
    'the server says which names it knows before the policy is asked: what stands in its catalogs is no secret',
  'own-catalog-leak-14': 'as own-catalog-leak-13',
  'own-catalog-leak-15': 'as own-catalog-leak-13',
  'own-catalog-leak-19': 'the row type of a table can be named without the table: its columns are no secret',
};
