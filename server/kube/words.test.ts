import { expect, test } from 'vitest';
import { pluralInWords } from './words.ts';

test.each([
  ['gitrepositories', 'GitRepository', 'GitRepositories'],
  ['kustomizations', 'Kustomization', 'Kustomizations'],
  ['ocirepositories', 'OCIRepository', 'OCIRepositories'],
  ['imagepolicies', 'ImagePolicy', 'ImagePolicies'],
  ['people', 'Human', 'people'],
])('%s of %s are called %s', (plural, kind, expected) => {
  expect(pluralInWords(plural, kind)).toBe(expected);
});
