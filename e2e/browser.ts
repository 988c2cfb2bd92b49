import chromium from '@sparticuz/chromium';

/**
 * Where the browser is that npm brought, unpacked on first use; no download, no root, no package manager.
 * Its own default arguments are not used: they switch web security off.
 */
export function browserPath(): Promise<string> {
  return chromium.executablePath();
}

/** What headless Chromium needs on a machine where it may run as root and without a GPU. */
export const browserArguments = ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'];
