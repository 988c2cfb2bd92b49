import { execFileSync } from 'node:child_process';
import { existsSync, lstatSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** How Playwright starts the browser that npm brought. */
interface BrowserLaunch {
  executablePath: string;
  args: string[];
  env: Record<string, string>;
}

const manifest = new URL('../package.json', import.meta.resolve('@sparticuz/chromium'));
const unpacker = fileURLToPath(new URL('unpack-browser.ts', import.meta.url));

/** Unpacks into a new folder and puts it in its place as a whole: others may do the same, and any may be ended. */
function unpack(folder: string): void {
  const fresh = mkdtempSync(`${folder}-`);
  try {
    execFileSync(process.execPath, [unpacker], { env: { ...process.env, TMPDIR: fresh }, timeout: 120_000 });
    renameSync(fresh, folder);
  } catch (error) {
    rmSync(fresh, { recursive: true, force: true });
    if (!existsSync(folder)) throw error;
  }
}

/** A folder of this user's own with the unpacked browser. Throws where somebody else has taken its name. */
function unpacked(): string {
  const { version } = JSON.parse(readFileSync(manifest, 'utf8')) as { version: string };
  const uid = process.getuid?.();
  const folder = join(tmpdir(), `sluice-browser-${version}-${uid}`);
  if (!existsSync(folder)) unpack(folder);
  if (lstatSync(folder).uid !== uid)
    throw new Error(`${folder} belongs to somebody else. Set TMPDIR to another folder.`);
  return folder;
}

/**
 * The browser that npm brought, unpacked on first use; no download, no root, no package manager. The libraries that
 * bare machines lack come with it, and a font where there is none. The package's own default arguments are not used:
 * they switch web security off. Ours are what headless Chromium needs where it may run as root and without a GPU.
 */
export function browserLaunch(): BrowserLaunch {
  const folder = unpacked();
  const fonts = existsSync('/etc/fonts/fonts.conf') ? {} : { FONTCONFIG_FILE: join(folder, 'fonts.conf') };
  return {
    executablePath: join(folder, 'chromium'),
    args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'],
    env: { ...(process.env as Record<string, string>), ...fonts, LD_LIBRARY_PATH: join(folder, 'al2023', 'lib') },
  };
}
