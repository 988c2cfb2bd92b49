/** The plural with the kind's own capitals: `gitrepositories` of `GitRepository` → `GitRepositories`. */
export function pluralInWords(plural: string, kind: string): string {
  const lowerKind = kind.toLowerCase();
  let shared = 0;
  while (shared < kind.length && lowerKind[shared] === plural[shared]) shared += 1;
  return shared === 0 ? plural : kind.slice(0, shared) + plural.slice(shared);
}
