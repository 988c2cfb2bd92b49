const schemes = /^(?:git::|gh:|git@|github\.com[:/]|[a-z][a-z0-9+.-]*:\/\/)/i;

/** Whether kustomize would look for it in the network, if no file is called so. */
export function isRemote(path: string): boolean {
  return schemes.test(path) || path.includes('?ref=') || path.includes('.git//') || /^[\w.-]+@[\w.-]+:/.test(path);
}
