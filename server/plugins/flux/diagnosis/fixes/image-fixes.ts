import { quoted } from '../../commands.ts';
import { kubectl, namespaceOf, specText } from './remedy.ts';
import type { FixRule } from './remedy.ts';
import { missingFluxObject } from './cluster-fixes.ts';
import { imageGroup } from '../../references.ts';

/** Scans, policies, commits of image automation, and what notification-controller needs. */
export const imageFixes: readonly FixRule[] = [
  {
    when: /referenced ImageRepository (?:does not exist|not found)|ImageRepository.* not found/i,
    kinds: ['ImagePolicy'],
    remedy: (_, about) => {
      const name = specText(about, 'imageRepositoryRef', 'name') ?? '';
      const namespace = specText(about, 'imageRepositoryRef', 'namespace') ?? namespaceOf(about);
      return missingFluxObject(
        { group: imageGroup, kind: 'ImageRepository', namespace, name },
        'spec.imageRepositoryRef',
        about,
      );
    },
  },
  {
    when: /cannot determine latest tag for policy|version list argument cannot be empty|no tags? match|unable to determine latest version from provided list/i,
    remedy: (_, about) => ({
      fix: 'Correct the range in spec.policy or the pattern in spec.filterTags, or push a tag that fits both.',
      command: kubectl(
        namespaceOf(about),
        `get imagerepository ${quoted(specText(about, 'imageRepositoryRef', 'name') ?? '')} -o jsonpath='{.status.lastScanResult.latestTags}'`,
      ),
      key: `policy/${namespaceOf(about)}/${about.object.metadata.name}`,
    }),
  },
  {
    when: /failed to push|push rejected|non-fast-forward|protected branch/i,
    remedy: (_, about) => ({
      fix: `Give the credentials of the GitRepository the right to write, or let it push to a branch of its own with spec.git.push.branch (now ${specText(about, 'git', 'push', 'branch') ?? 'the one it checks out'}).`,
    }),
  },
  {
    when: /failed to (?:get|find) (?:signing|GPG|PGP)|signing key/i,
    kinds: ['ImageUpdateAutomation'],
    remedy: () => ({
      fix: 'Put the private key under git.asc into the Secret of spec.git.commit.signingKey.secretRef.',
    }),
  },
  {
    when: /invalid "?([^"\s]+)"? secret data: required fields? '?token'?/i,
    remedy: ([, name = ''], about) => ({
      fix: `Add the key token to Secret ${name.includes('/') ? name : `${namespaceOf(about)}/${name}`}.`,
      command: kubectl(
        namespaceOf(about),
        `create secret generic ${quoted(name.split('/').at(-1) ?? name)} --from-literal=token=<token>`,
      ),
    }),
  },
];
