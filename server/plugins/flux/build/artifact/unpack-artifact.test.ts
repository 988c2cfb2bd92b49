import { lstat, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { packTar } from 'modern-tar';
import type { TarHeader } from 'modern-tar';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { unpackArtifact } from './unpack-artifact.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-unpack-'));
});
afterEach(() => rm(folder, { recursive: true }));

interface Entry {
  name: string;
  type?: TarHeader['type'];
  linkname?: string;
  body?: string;
}

async function archiveOf(entries: readonly Entry[]): Promise<Buffer> {
  const tar = await packTar(
    entries.map(({ name, type = 'file', linkname, body = '' }) => ({
      header: { name, type, size: Buffer.byteLength(body), ...(linkname !== undefined && { linkname }) },
      body,
    })),
  );
  return gzipSync(tar);
}

async function filesIn(path: string): Promise<string[]> {
  return (await readdir(path, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(path.length + 1))
    .toSorted();
}

test('unpacks files and folders, private to this account, the last of two wins', async () => {
  await unpackArtifact(
    await archiveOf([
      { name: './', type: 'directory' },
      { name: 'apps/', type: 'directory' },
      { name: './apps/a.yaml', body: 'a: 1\n' },
      { name: 'without/a/folder/b.yaml', body: 'first' },
      { name: 'without/a/folder/b.yaml', body: 'x' },
      { name: `${'long/'.repeat(40)}c.yaml`, body: 'c' },
    ]),
    folder,
  );
  expect(await filesIn(folder)).toEqual(['apps/a.yaml', `${'long/'.repeat(40)}c.yaml`, 'without/a/folder/b.yaml']);
  expect(await readFile(join(folder, 'without/a/folder/b.yaml'), 'utf8')).toBe('x');
  expect((await lstat(join(folder, 'apps/a.yaml'))).mode & 0o777).toBe(0o600);
  expect((await lstat(join(folder, 'apps'))).mode & 0o777).toBe(0o700);
});

test.each<[string, Entry, RegExp]>([
  ['a path that leads out', { name: '../evil.yaml' }, /leads out of the artifact/],
  ['a path that leads out by a detour', { name: 'apps/../../evil.yaml' }, /leads out/],
  ['an absolute name', { name: '/etc/cron.d/evil' }, /absolute name/],
  ['a symbolic link', { name: 'passwd', type: 'symlink', linkname: '/etc/passwd' }, /is a link/],
  ['a symbolic link within', { name: 'here', type: 'symlink', linkname: 'there' }, /is a link/],
  ['a hard link', { name: 'shadow', type: 'link', linkname: '/etc/shadow' }, /is a link/],
  ['a device', { name: 'sda', type: 'block-device' }, /neither a file nor a folder/],
  ['a terminal', { name: 'tty', type: 'character-device' }, /neither a file nor a folder/],
  ['a pipe', { name: 'pipe', type: 'fifo' }, /neither a file nor a folder/],
  ['a backslash', { name: String.raw`..\evil.yaml` }, /impossible name/],
  ['a line break in a name', { name: 'a\nb' }, /impossible name/],
  ['a name without end', { name: `${'a'.repeat(200)}/`.repeat(20) + 'x' }, /too long/],
  ['a part of a name too long', { name: 'b'.repeat(300) }, /too long/],
  ['folders without end', { name: 'd/'.repeat(100) + 'x' }, /too deep/],
])('refuses %s', async (_what, entry, why) => {
  const archive = await archiveOf([{ name: 'good.yaml', body: 'a: 1' }, entry]);
  const refused = unpackArtifact(archive, folder);
  await expect(refused).rejects.toMatchObject({ kind: 'refused' });
  await expect(refused).rejects.toThrow(why);
  expect(await filesIn(folder)).toEqual(['good.yaml']);
});

test('refuses what is a file and a folder at once', async () => {
  const archive = await archiveOf([
    { name: 'a', body: 'x' },
    { name: 'a/b', body: 'y' },
  ]);
  await expect(unpackArtifact(archive, folder)).rejects.toThrow('one name in it is a file and a folder');
});

const tooManyBytes = 400 * 1024 * 1024;

test('stops at a file that is a bomb before it is written', async () => {
  const header = Buffer.from((await packTar([{ header: { name: 'zeroes', size: 1 }, body: 'x' }])).subarray(0, 512));
  header.write(`${tooManyBytes.toString(8).padStart(11, '0')} `, 124);
  header.write('        ', 148);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  const archive = gzipSync(Buffer.concat([header, Buffer.alloc(1024)]));
  await expect(unpackArtifact(archive, folder)).rejects.toMatchObject({ kind: 'too_large' });
  expect(await filesIn(folder)).toEqual([]);
});

test('stops at a bomb behind the last entry', async () => {
  const tar = await packTar([{ header: { name: 'a', size: 1 }, body: 'x' }]);
  const archive = gzipSync(Buffer.concat([tar, Buffer.alloc(tooManyBytes)]), { level: 1 });
  expect(archive.length).toBeLessThan(4 * 1024 * 1024);
  await expect(unpackArtifact(archive, folder)).rejects.toThrow('more than 256 MB');
});

test('stops at more entries than anybody has', async () => {
  const block = Buffer.from((await packTar([{ header: { name: 'x/', type: 'directory', size: 0 } }])).subarray(0, 512));
  const archive = gzipSync(Buffer.concat(Array.from({ length: 100_000 }, () => block)), { level: 1 });
  await expect(unpackArtifact(archive, folder)).rejects.toThrow('more than 50,000 entries');
});

test.each([
  ['what is no gzip', Buffer.from('hello')],
  ['a gzip of something else', gzipSync(Buffer.alloc(2_000, 'x'))],
])('refuses %s', async (_what, archive) => {
  await expect(unpackArtifact(archive, folder)).rejects.toThrow('no sound gzipped tar archive');
});

test('refuses an archive that was cut', async () => {
  const whole = await archiveOf([{ name: 'a', body: 'x'.repeat(5_000) }]);
  await expect(unpackArtifact(whole.subarray(0, whole.length - 20), folder)).rejects.toThrow('no sound gzipped tar');
});

test('ends when nobody waits any more', async () => {
  const archive = await archiveOf([{ name: 'a', body: 'x' }]);
  await expect(unpackArtifact(archive, folder, AbortSignal.abort(new Error('left')))).rejects.toThrow('left');
});
