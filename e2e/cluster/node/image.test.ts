import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { imageOf } from './image.ts';

let folder = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'image-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

const json = (path: string) => JSON.parse(readFileSync(join(folder, path), 'utf8'));

const blob = (digest: string): string => join('blobs', 'sha256', digest.replace('sha256:', ''));

test('an image is an OCI layout whose parts have the digests they are called by, and holds the program', () => {
  const binary = Buffer.from('#!not really a program');
  const archive = imageOf({ names: ['a.example.com/x:1', 'a.example.com/y:1'], program: 'web', binary, user: '7:7' });
  writeFileSync(join(folder, 'image.tar'), archive);
  execFileSync('tar', ['-xf', 'image.tar'], { cwd: folder });

  const { manifests } = json('index.json');
  expect(manifests.map((each: { annotations: object }) => each.annotations)).toEqual([
    { 'io.containerd.image.name': 'a.example.com/x:1' },
    { 'io.containerd.image.name': 'a.example.com/y:1' },
  ]);
  const manifest = json(blob(manifests[0].digest));
  for (const { digest, size } of [manifests[0], manifest.config, ...manifest.layers]) {
    const content = readFileSync(join(folder, blob(digest)));
    expect(`sha256:${createHash('sha256').update(content).digest('hex')}`).toBe(digest);
    expect(content.length).toBe(size);
  }
  const { config, rootfs } = json(blob(manifest.config.digest));
  expect(config).toMatchObject({ Entrypoint: ['/web'], User: '7:7' });
  expect(rootfs.diff_ids).toEqual([manifest.layers[0].digest]);

  execFileSync('tar', ['-xf', blob(manifest.layers[0].digest)], { cwd: folder });
  expect(readFileSync(join(folder, 'web'))).toEqual(binary);
  expect(statSync(join(folder, 'web')).mode & 0o777).toBe(0o755);
  expect(readFileSync(join(folder, 'etc', 'passwd'), 'utf8')).toContain('nobody:x:65534');
});
