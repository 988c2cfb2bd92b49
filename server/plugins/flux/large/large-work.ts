import { manifestsOf } from '../build/kustomize/manifests-of.ts';
import { parseFluxYaml } from '../build/flux-yaml.ts';
import { showObject } from '../build/show-object.ts';
import { showYaml } from '../build/show-yaml.ts';
import { substituteDocument } from '../build/substitute/substitute-document.ts';
import { toldSubstitutions } from '../build/told-substitutions.ts';
import { withEmptyParts } from '../diff/field-owners.ts';
import { judgeAlone, judgeAnew, judgeTrial, judgeUntried } from '../diff/judge-object.ts';
import { compareYaml, patchYaml } from '../diff/compare-yaml.ts';

/** What takes long for a large object, and is done in a thread then. */
export const largeWork = {
  parseFluxYaml,
  manifestsOf,
  substituteDocument,
  toldSubstitutions,
  showObject,
  showYaml,
  withEmptyParts,
  judgeAlone,
  judgeTrial,
  judgeUntried,
  judgeAnew,
  compareYaml,
  patchYaml,
};
