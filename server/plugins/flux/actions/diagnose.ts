import { z } from 'zod';
import { getVisible } from '../../../kube/visible.ts';
import { defineOperation } from '../../../operations/define.ts';
import type { Step } from '../diagnosis/diagnosis.ts';
import { readDiagnosis } from '../diagnosis/read-diagnosis.ts';
import { look } from '../sight.ts';
import { entryAt } from '../summarize.ts';
import type { FluxSummary, ObjectReference } from '../summary.ts';
import { kindFor, targetFields } from './target.ts';

const referenceOutput = z.object({
  group: z.string(),
  kind: z.string(),
  namespace: z.string().optional(),
  name: z.string(),
});

const stepOutput = z.object({
  object: referenceOutput,
  state: z.string().describe('As in lists; missing, hidden or unknown for what cannot be seen'),
  text: z.string(),
  since: z.string().optional(),
  reason: z.string().optional().describe("The controller's or kubelet's reason"),
  attempts: z.int().optional().describe('How often it was tried in vain'),
});

const diagnosisInput = z.strictObject(targetFields);

const diagnosisOutput = z.object({
  steps: z.array(stepOutput).describe('From the object to where the cause lies; empty when nothing is wrong'),
  root: z
    .object({
      key: z.string().describe('Alike for all objects that fail for this cause'),
      object: referenceOutput,
      title: z.string(),
      fix: z.string().describe('What to do'),
      command: z.string().optional().describe('A line for a terminal; <word> is to be filled in'),
      since: z.string().optional(),
      known: z.boolean().describe('Whether a rule knows this cause; else the fix says where to look'),
    })
    .optional(),
  problems: z.array(z.string()).describe('What could not be looked at on the way, and why'),
});

/** Why an object is not ready, and what to do about it: what its page shows as the way from symptom to cause. */
export const diagnoseOperation = defineOperation<z.infer<typeof diagnosisInput>, z.infer<typeof diagnosisOutput>>({
  name: 'flux.diagnose',
  summary: 'Find the cause of a failure, and its fix',
  type: 'query',
  http: { method: 'GET', path: '/flux/:plural/:namespace/:name/diagnosis' },
  input: diagnosisInput,
  output: diagnosisOutput,
  // The object itself decides who may see it; what lies around it is told as far as the asker may see it.
  needs: () => [],
  timeoutMilliseconds: 30_000,
  async run({ plural, namespace, name }, { cluster, identity }) {
    const kind = kindFor(plural);
    const resource = { group: kind.group, resource: kind.plural };
    const found = await getVisible<FluxSummary>(cluster, resource, identity, namespace, name);
    const now = new Date();
    const sight = await look(cluster, identity);
    const { steps, root, problems } = await readDiagnosis({ cluster, identity, sight, now }, entryAt(found, now));
    return {
      steps: steps.map(stepAsJson),
      ...(root === undefined
        ? {}
        : {
            root: {
              key: root.key,
              object: referenceAsJson(root.reference),
              title: root.title,
              fix: root.fix,
              ...(root.command === undefined ? {} : { command: root.command }),
              ...(root.since === undefined ? {} : { since: root.since }),
              known: root.known,
            },
          }),
      problems: problems.map(({ message }) => message),
    };
  },
});

function stepAsJson({ reference, state, text, since, reason, attempts }: Step): z.infer<typeof stepOutput> {
  return {
    object: referenceAsJson(reference),
    state,
    text,
    ...(since === undefined ? {} : { since }),
    ...(reason === undefined ? {} : { reason }),
    ...(attempts === undefined ? {} : { attempts }),
  };
}

function referenceAsJson({ group, kind, namespace, name }: ObjectReference): z.infer<typeof referenceOutput> {
  return { group, kind, name, ...(namespace === undefined ? {} : { namespace }) };
}
