import type { KubeObject } from '../../../kube/object.ts';
import { at, listAt, textAt } from '../read.ts';

/** The images of a Pod or of the Pods that an object makes, without repetition, init containers last. */
export function imagesOf(object: KubeObject): string[] {
  const spec =
    at(object, 'spec', 'template', 'spec') ??
    at(object, 'spec', 'jobTemplate', 'spec', 'template', 'spec') ??
    (object.kind === 'Pod' ? object.spec : undefined);
  const images = ['containers', 'initContainers'].flatMap((field) =>
    listAt(spec, field).flatMap((container) => textAt(container, 'image') ?? []),
  );
  return [...new Set(images)];
}

/** `registry.example.com/team/web:1.2@sha256:…` → `web:1.2`: what tells images apart in a row. */
export function shortImage(image: string): string {
  const [named = image, digest] = image.split('@');
  const name = named.slice(named.lastIndexOf('/') + 1);
  return name.includes(':') || digest === undefined ? name : `${name}@${digest.slice(0, 15)}`;
}
