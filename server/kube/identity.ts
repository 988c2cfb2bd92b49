/**
 * Who asks. `impersonate` undefined: Sluice's own credentials are the asker's (a developer's kubeconfig).
 * Else every access question and every write goes out with these impersonation headers.
 */
export interface Identity {
  /** What pages and audit show: the user's name in the cluster. */
  name: string;
  groups: readonly string[];
  impersonate?: { user: string; groups: readonly string[] };
}

/** A key under which what was found out about an identity may be kept; two identities never share one. */
export function identityKey(identity: Identity): string {
  return JSON.stringify(
    identity.impersonate === undefined ? [] : [identity.impersonate.user, ...identity.impersonate.groups.toSorted()],
  );
}
