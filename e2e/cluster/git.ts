import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Content by path; null removes the file. */
type FileChanges = Record<string, string | null>;

export type GitServer = {
  /** Base address; repositories are `<url>/<name>.git`. */
  url: string;
  /** Makes an empty repository and returns its address. */
  createRepository(name: string): Promise<string>;
  /** Commits changes on top of a branch (made when absent) and returns the commit's id. */
  commit(repository: string, changes: FileChanges, options?: { message?: string; branch?: string }): Promise<string>;
};

type GitOptions = { folder: string; input?: string; environment?: Record<string, string> };

const author = {
  GIT_AUTHOR_NAME: 'Test suite',
  GIT_AUTHOR_EMAIL: 'suite@example.com',
  GIT_COMMITTER_NAME: 'Test suite',
  GIT_COMMITTER_EMAIL: 'suite@example.com',
};

function git(options: GitOptions, ...parameters: string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const env = { ...process.env, ...author, GIT_DIR: options.folder, ...options.environment };
    const child = execFile('git', parameters, { env }, (error, stdout, stderr) =>
      error ? reject(new Error(`git ${parameters[0]}: ${stderr.trim() || error.message}`)) : resolve(stdout.trim()),
    );
    child.stdin?.end(options.input);
  });
}

async function writeCommit(
  folder: string,
  changes: FileChanges,
  { message = 'Change', branch = 'main' }: { message?: string; branch?: string },
): Promise<string> {
  const index = mkdtempSync(join(tmpdir(), 'git-index-'));
  const environment = { GIT_INDEX_FILE: join(index, 'index') };
  const reference = `refs/heads/${branch}`;
  try {
    const parent = await git({ folder }, 'for-each-ref', '--format=%(objectname)', reference);
    if (parent) await git({ folder, environment }, 'read-tree', parent);
    for (const [path, content] of Object.entries(changes)) {
      const blob = content === null ? '' : await git({ folder, input: content }, 'hash-object', '-w', '--stdin');
      const entry = content === null ? `0 ${'0'.repeat(40)}\t${path}\n` : `100644 ${blob}\t${path}\n`;
      await git({ folder, environment, input: entry }, 'update-index', '--index-info');
    }
    const tree = await git({ folder, environment }, 'write-tree');
    const commit = await git({ folder }, 'commit-tree', tree, ...(parent ? ['-p', parent] : []), '-m', message);
    await git({ folder }, 'update-ref', reference, commit);
    return commit;
  } finally {
    rmSync(index, { recursive: true, force: true });
  }
}

/** The repositories in a folder that a Git server at `url` serves. */
export function gitServer(folder: string, url: string): GitServer {
  const repositoryFolder = (name: string): string => join(folder, `${name}.git`);
  return {
    url,
    async createRepository(name) {
      const repository = repositoryFolder(name);
      await git({ folder: repository }, 'init', '--bare', '--quiet', '--initial-branch=main', repository);
      await git({ folder: repository }, 'config', 'http.receivepack', 'true');
      return `${url}/${name}.git`;
    },
    commit: (name, changes, options = {}) => writeCommit(repositoryFolder(name), changes, options),
  };
}
