import { z } from 'zod';
import type { KubeObject } from '../../../kube/object.ts';
import { getVisible } from '../../../kube/visible.ts';
import { defineOperation } from '../../../operations/define.ts';
import type { Operation } from '../../../operations/define.ts';
import type { Tools } from '../../../tools/tools.ts';
import { takeTurns } from '../../../take-turns.ts';
import { problemAsJson, problemOutput } from '../actions/problem-as-json.ts';
import { targetFields } from '../actions/target.ts';
import { kustomization } from '../kinds/kustomization.ts';
import type { FluxSummary } from '../summary.ts';
import { buildKustomization } from './build-kustomization.ts';
import type { Substitution, SubstitutionOrigin } from './build-result.ts';

const input = z.strictObject({ namespace: targetFields.namespace, name: targetFields.name });

const originOutput = z.object({
  kind: z.enum(['inline', 'ConfigMap', 'Secret', 'default', 'nothing']),
  namespace: z.string().optional(),
  name: z.string().optional(),
});

const output = z.object({
  revision: z.string().describe('What was built: the newest revision of the source'),
  digest: z.string(),
  builtWith: z.object({ program: z.enum(['kustomize', 'plain']), version: z.string().optional() }),
  objects: z
    .array(z.record(z.string(), z.unknown()))
    .describe('As Flux applies them; credentials, what comes from Secrets and what is encrypted masked'),
  substitutions: z.array(
    z.object({
      name: z.string(),
      value: z.string().optional().describe('Absent where it is masked or nothing sets it'),
      masked: z.boolean(),
      from: originOutput,
      overruled: z.array(originOutput).describe('Who sets it too, without having the last word'),
      used: z.boolean().describe('The manifests mention it'),
    }),
  ),
  encrypted: z
    .array(z.object({ group: z.string(), kind: z.string(), namespace: z.string().optional(), name: z.string() }))
    .describe('Encrypted with SOPS; Sluice does not decrypt them'),
  problems: z.array(problemOutput),
});

/** What a Kustomization would apply. */
export function buildOperations(tools: Tools): readonly Operation<never, unknown>[] {
  const build = defineOperation<z.infer<typeof input>, z.infer<typeof output>>({
    name: 'flux.build',
    summary: 'Build what a Kustomization would apply; nothing is written',
    type: 'query',
    http: { method: 'GET', path: '/flux/kustomizations/:namespace/:name/build' },
    input,
    output,
    // The object itself decides who may see it; what it is built from is read as the asker.
    needs: () => [],
    timeoutMilliseconds: 90_000,
    async run({ namespace, name }, { cluster, identity, signal }) {
      const resource = { group: kustomization.group, resource: kustomization.plural };
      const { object } = await getVisible<FluxSummary>(cluster, resource, identity, namespace, name);
      const built = await buildKustomization({ cluster, identity, tools, signal }, object);
      const objects: KubeObject[] = [];
      const turn = takeTurns();
      for (const each of built.objects) {
        await turn();
        objects.push(await built.shown(each, signal));
      }
      return {
        revision: built.revision,
        digest: built.digest,
        builtWith: built.builtWith,
        objects,
        substitutions: built.substitutions.map(substitutionAsJson),
        encrypted: built.encrypted.map(({ group, kind, namespace: where, name: called }) => ({
          group,
          kind,
          ...(where !== undefined && { namespace: where }),
          name: called,
        })),
        problems: built.problems.map(problemAsJson),
      };
    },
  });
  return [build] as unknown as readonly Operation<never, unknown>[];
}

function substitutionAsJson({ from, overruled, ...rest }: Substitution) {
  return { ...rest, from: originAsJson(from), overruled: overruled.map(originAsJson) };
}

function originAsJson(origin: SubstitutionOrigin): z.infer<typeof originOutput> {
  return { ...origin };
}
