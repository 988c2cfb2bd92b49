import { failing } from './conditions.ts';
import type { Draft } from './draft.ts';
import { ociRepository, revisionOfOCI } from './repositories.ts';
import { addNotifications, addTeam } from './team.ts';
import { gitRepository } from './repositories.ts';

const namespace = 'media';
const url = 'oci://registry.example.com/media/manifests';
const origin = 'https://git.example.com/media/deploy';
const version = '3.14.2';

/** The team behind pictures and films, delivering from an OCI registry. */
export function addMedia(draft: Draft): void {
  const revision = revisionOfOCI({ url, version });
  draft.add(
    ociRepository(draft.before, {
      namespace,
      name: 'media',
      url,
      version,
      semver: '3.x',
      origin,
      secret: 'registry-pull',
      stored: '52m',
    }),
    ociRepository(draft.before, {
      namespace,
      name: 'subtitles',
      url: 'oci://registry.example.com/media/subtitles',
      version: '2.0.0',
      tag: '2.0.0',
      outcome: failing(
        'OCIArtifactPullFailed',
        'failed to determine artifact digest: GET https://registry.example.com/v2/media/subtitles/manifests/2.0.0: MANIFEST_UNKNOWN: manifest unknown; unknown tag=2.0.0',
        { since: '8h', last: '3m', applied: false },
      ),
    }),
    ociRepository(draft.before, {
      namespace,
      name: 'licensed-codecs',
      url: 'oci://registry.example.com/media/codecs',
      version: '1.8.0',
      verified: true,
      stored: '31d',
      outcome: failing(
        'VerificationError',
        `failed to verify the signature using provider 'cosign': no matching signatures found for 'registry.example.com/media/codecs:1.8.0'`,
        { since: '2d', last: '1m' },
      ),
    }),
    ociRepository(draft.before, {
      namespace,
      name: 'thumbnails',
      url: 'oci://registry.example.com/media/thumbnails',
      version: '5.2.0',
      semver: '>=5.0.0',
      stored: '2d',
      outcome: {
        is: 'progressing',
        since: '12s',
        message: `building artifact: new revision '5.2.1@sha256:5be0c3b0f2ad9cbd2f7fd87a7a9f4a8ac1fcb4fdd3cbd1efcd1b0d10f2f3a911' for 'registry.example.com/media/thumbnails:5.2.1'`,
      },
    }),
    gitRepository(draft.before, {
      namespace,
      name: 'video-archive',
      url: 'https://git.example.com/media/video-archive.git',
      deleted: '14m',
      stored: '60d',
    }),
  );
  addTeam(draft, {
    namespace,
    source: { kind: 'OCIRepository', name: 'media' },
    sourceUrl: origin,
    revision,
    apps: [
      { name: 'transcoder', replicas: 3 },
      { name: 'uploads', generation: 2 },
      { name: 'image-proxy' },
      {
        name: 'subtitles',
        source: { kind: 'OCIRepository', name: 'subtitles' },
        outcome: failing('ArtifactFailed', 'Source artifact not found, retrying in 30s', {
          since: '8h',
          last: '22s',
          applied: false,
        }),
      },
      { name: 'video-archive', deleted: '11m', replicas: 1, source: { kind: 'GitRepository', name: 'video-archive' } },
      {
        name: 'player',
        health: 'image-missing',
        wait: true,
        timeout: '1m',
        outcome: failing(
          'HealthCheckFailed',
          `health check failed after 1m0.044725043s: timeout waiting for: [Deployment/${namespace}/player status: 'InProgress']`,
          { since: '22m', last: '1m40s' },
        ),
      },
      { name: 'live-streams', outcome: { is: 'new' }, age: '20s' },
    ],
  });
  addNotifications(draft, { namespace, type: 'discord', channel: 'media-deliveries', repository: 'video-archive' });
}
