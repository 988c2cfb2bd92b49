import { expect, test } from 'vitest';
import { commitLink, repositoryLink } from './web-link.ts';

test.each([
  ['https://github.com/org/repo.git', 'https://github.com/org/repo'],
  ['https://user:planted@github.com/org/repo', 'https://github.com/org/repo'],
  ['ssh://git@github.com/org/repo.git', 'https://github.com/org/repo'],
  ['ssh://git@gitlab.example.com:2222/group/sub/repo.git', 'https://gitlab.example.com/group/sub/repo'],
  ['git@github.com:org/repo.git', 'https://github.com/org/repo'],
  ['https://dev.azure.com/org/project/_git/repo', 'https://dev.azure.com/org/project/_git/repo'],
  ['ssh://git@ssh.dev.azure.com/v3/org/my%20project/repo', 'https://dev.azure.com/org/my%20project/_git/repo'],
  ['git@ssh.dev.azure.com:v3/org/project/repo', 'https://dev.azure.com/org/project/_git/repo'],
  ['https://git.example.com:8443/org/repo.git', 'https://git.example.com:8443/org/repo'],
  ['oci://ghcr.io/org/package', 'https://ghcr.io/org/package'],
])('%s is at %s', (url, page) => {
  expect(repositoryLink(url)).toBe(page);
});

test.each([
  undefined,
  '',
  'nonsense',
  'javascript:alert(1)',
  'file:///etc/passwd',
  'ssh://git@git.example.com/x.git',
  'http://gitea.git.svc.cluster.local/org/repo',
  'http://10.88.0.1:8099/apps.git',
  'https://git.invalid/x.git',
  'http://localhost:3000/x',
  'https://github.com',
  'oci://registry.example.com/charts',
])('%s has no page to open', (url) => {
  expect(repositoryLink(url)).toBeUndefined();
});

const commit = '4f1a5b1051b469108d1bdf0ebec6c814427e3834';

test.each([
  ['https://github.com/org/repo', `https://github.com/org/repo/commit/${commit}`],
  ['git@gitlab.com:group/repo.git', `https://gitlab.com/group/repo/-/commit/${commit}`],
  ['https://x:planted@bitbucket.org/org/repo.git', `https://bitbucket.org/org/repo/commits/${commit}`],
  ['https://codeberg.org/org/repo', `https://codeberg.org/org/repo/commit/${commit}`],
  ['https://gitea.example.com/org/repo', `https://gitea.example.com/org/repo/commit/${commit}`],
  ['ssh://git@ssh.dev.azure.com/v3/org/project/repo', `https://dev.azure.com/org/project/_git/repo/commit/${commit}`],
])('a commit of %s', (url, page) => {
  expect(commitLink(url, `main@sha1:${commit}`)).toBe(page);
});

test('no commit, no link', () => {
  expect(commitLink('https://github.com/org/repo', '1.2.0')).toBeUndefined();
  expect(commitLink('https://github.com/org/repo', `1.0@sha256:${'a'.repeat(64)}`)).toBeUndefined();
  expect(commitLink('https://git.example.com/org/repo', `main@sha1:${commit}`)).toBeUndefined();
});

test('what stands in a path cannot leave it', () => {
  expect(repositoryLink('https://github.com/org/a"><script>')).toBe('https://github.com/org/a%22%3E%3Cscript%3E');
});
