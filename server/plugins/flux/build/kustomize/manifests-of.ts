import { SluiceError } from '../../../../errors.ts';
import { at, textAt } from '../../read.ts';
import { parseFluxYaml } from '../flux-yaml.ts';
import { toFluxYaml } from '../to-flux-yaml.ts';

/** An object of a file, as YAML, and what tells it from others: group, kind, namespace, name. */
interface ManifestText {
  id: readonly (string | undefined)[];
  text: string;
}

/** The objects of a file, lists taken apart, as kustomize would write them. Throws `failed` for what is none. */
export function manifestsOf(text: string): ManifestText[] {
  return parseFluxYaml(text, 'kustomize').flatMap(manifestsIn);
}

function manifestsIn(document: unknown): ManifestText[] {
  const kind = textAt(document, 'kind');
  const items = at(document, 'items');
  if (kind?.endsWith('List') === true && Array.isArray(items)) return items.flatMap(manifestsIn);
  const [apiVersion, name] = [textAt(document, 'apiVersion'), textAt(document, 'metadata', 'name')];
  if (kind === undefined || apiVersion === undefined || name === undefined) {
    throw new SluiceError('failed', 'Something in it has no apiVersion, kind and name.');
  }
  const group = apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '';
  return [{ id: [group, kind, textAt(document, 'metadata', 'namespace'), name], text: toFluxYaml(document) }];
}
