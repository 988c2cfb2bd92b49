import {
  type FluxResource,
  credentials,
  duration,
  flag,
  object,
  oneOf,
  provider,
  shortDuration,
  text,
} from './parts.ts';
import { fluxRules, validations } from './rules.ts';
import type { Schema } from '../schema.ts';

const order: Schema = { ...oneOf('asc', 'desc'), default: 'asc' };

/** Kinds of `image.toolkit.fluxcd.io`. */
export const images: FluxResource[] = [
  {
    kind: 'ImagePolicy',
    plural: 'imagepolicies',
    shortNames: ['imgpol', 'imagepol'],
    spec: object(
      ['imageRepositoryRef', 'policy'],
      {
        digestReflectionPolicy: { ...oneOf('Always', 'IfNotPresent', 'Never'), default: 'Never' },
        imageRepositoryRef: object(['name'], { name: text, namespace: text }),
        interval: duration,
        policy: object([], {
          alphabetical: object([], { order }),
          numerical: object([], { order }),
          semver: object(['range'], { range: text }),
        }),
        suspend: flag,
      },
      validations(fluxRules.intervalOnlyForReflection, fluxRules.reflectionInterval),
    ),
    status: {},
  },
  {
    kind: 'ImageRepository',
    plural: 'imagerepositories',
    shortNames: ['imgrepo', 'imagerepo'],
    spec: object(['image', 'interval'], {
      ...credentials,
      exclusionList: { type: 'array', items: text, maxItems: 25, default: ['^.*\\.sig$'] },
      image: text,
      interval: duration,
      provider,
      suspend: flag,
      timeout: shortDuration,
    }),
    status: {},
  },
  {
    kind: 'ImageUpdateAutomation',
    plural: 'imageupdateautomations',
    shortNames: ['iua', 'imgupd', 'imgauto'],
    spec: object(['interval', 'sourceRef'], {
      git: object(['commit'], {
        checkout: object(['ref'], { ref: object([], { branch: text }) }),
        commit: object(['author'], { author: object(['email'], { email: text, name: text }) }),
      }),
      interval: duration,
      sourceRef: object(['kind', 'name'], {
        apiVersion: text,
        kind: { ...oneOf('GitRepository'), default: 'GitRepository' },
        name: text,
        namespace: text,
      }),
      suspend: flag,
      update: object(
        [],
        { path: text, strategy: { ...oneOf('Setters'), default: 'Setters' } },
        { default: { strategy: 'Setters' } },
      ),
    }),
    status: {},
  },
];
