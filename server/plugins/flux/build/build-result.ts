import type { Problem } from '../../../kube/cluster.ts';
import type { KubeObject } from '../../../kube/object.ts';
import type { ObjectReference } from '../summary.ts';
import type { Hidden } from './show-object.ts';

/**
 * Where a substituted value comes from: `spec.postBuild.substitute`, a ConfigMap or Secret of `substituteFrom`, the default
 * that stands in the manifests themselves (`${name:=default}`), or nothing at all: then the manifests get an empty text.
 */
export type SubstitutionOrigin =
  | { kind: 'inline' }
  | { kind: 'default' }
  | { kind: 'nothing' }
  | { kind: 'ConfigMap' | 'Secret'; name: string; namespace: string };

/** One variable of the post-build substitution. */
export interface Substitution {
  name: string;
  /** What stands for it in the end; absent where it is masked, or where nothing sets it. */
  value?: string;
  /** It comes from a Secret, or looks like a credential: the value is not here. */
  masked: boolean;
  from: SubstitutionOrigin;
  /** Sources that set it too, in Flux's order, and were overruled by `from`. */
  overruled: readonly SubstitutionOrigin[];
  /** The manifests mention it. */
  used: boolean;
}

/** The way to a field of an object. `*` stands for any item of a list: live lists may be longer than built ones. */
export type FieldPath = readonly string[];

/**
 * What a Kustomization would apply: its source's artifact, built and substituted as kustomize-controller does it.
 *
 * `objects` are true: they carry the values of Secrets, so that a dry-run of them says the truth. Nothing of them may reach
 * a reader except through `shown`.
 */
export interface BuildResult {
  /** The revision of the artifact that was built: `main@sha1:…`. */
  revision: string;
  /** The artifact's digest: two builds of one digest, spec and set of variables are the same. */
  digest: string;
  /** In the order kustomize wrote them; target namespace, labels and owner labels of Flux are set. */
  objects: readonly KubeObject[];
  substitutions: readonly Substitution[];
  /** Objects encrypted with SOPS. Flux would decrypt them; Sluice never does, so their data is not what Flux applies. */
  encrypted: readonly ObjectReference[];
  builtWith: { program: 'kustomize' | 'plain'; version?: string };
  /** What is not as Flux would have it, one sentence each: a source of variables that may not be read, … */
  problems: readonly Problem[];
  /**
   * What of an object, built or live, may not be shown. The fields whose value comes from a Secret: those of the live object hold
   * such a value too, maybe an older one. They may differ, and that may be told; their values may not.
   */
  hidden(object: KubeObject): Hidden;
  /** Whether going through an object of this build, built or live, takes so long that it is done in a thread. */
  isLarge(object: KubeObject): boolean;
  /**
   * A copy, built or live, that may be shown: hidden fields, values of Secrets wherever they turn up, Secrets' data, encrypted
   * values and credentials are `***`.
   */
  shown(object: KubeObject, signal?: AbortSignal): Promise<KubeObject>;
  /** A text (a message of the API server, say) without the values of Secrets that went into the build. */
  shownText(text: string): string;
}
