import { asSluiceError, SluiceError } from '../../../errors.ts';
import { keepBriefly } from '../../../kube/brief-reads.ts';
import type { KubeObject } from '../../../kube/object.ts';
import { takeTurns } from '../../../take-turns.ts';
import type { Tools } from '../../../tools/tools.ts';
import type { Part, PageRequest } from '../../../web/page.ts';
import { buildKustomization } from '../build/build-kustomization.ts';
import type { BuildResult, Substitution, SubstitutionOrigin } from '../build/build-result.ts';
import { isLarger } from '../large/is-larger.ts';
import { unlessLarge } from '../large/unless-large.ts';
import { shortRevision } from '../revision.ts';
import { textAt } from '../read.ts';
import { referenceKey, referenceTo } from '../references.ts';
import { anyObjectPath } from './inventory-page-rows.ts';
import { referenceView } from './object-view.ts';
import { pageNumber, paged } from './paging.ts';
import { unlessItTakes } from './unless-it-takes.ts';
import { count, enumerate, rightInWords } from './words.ts';
import { yamlView } from './yaml-view.ts';
import type { ViewInput } from './view-input.ts';

/** What a Kustomization builds, as the open view of its page shows it. */
export interface BuildSeen {
  part: Part;
  /** When to look again while it is under way; undefined when it is over. */
  again: Date | undefined;
}

interface SeenInput extends ViewInput {
  tools: Tools;
}

/** A first look waits so long; then the page comes without the build and has it when it is done. */
const patience = 1_500;
const lookAgain = 700;
const keptSeconds = 60;
/** Builds hold up to 32 MB of objects each. */
const mostKept = 24;
const takesAtMost = 90_000;
const pageSize = 50;
/** Of all objects on a page; what is longer is cut and can be had from the API. */
const mostCharacters = 400_000;

type Outcome = { built: BuildResult } | { error: SluiceError };

/** Starts or finds the build and shows it. Throws invalid for a wrong query. */
export async function buildSeen(input: SeenInput): Promise<BuildSeen> {
  const { isOpen, now, query } = input.request;
  const page = pageNumber(query);
  const known = await unlessItTakes(isOpen ? 0 : patience, keptBuild(input));
  if (known === undefined) {
    const model = { phase: 'running', reloadHref: pageHref(input, page) };
    return { part: { template, model }, again: new Date(now.getTime() + lookAgain) };
  }
  const part = 'built' in known ? await builtPart(input, known.built, page) : failedPart(known.error);
  return { part, again: undefined };
}

const template = 'flux/build.njk';

function pageHref({ request: { link }, path }: SeenInput, number: number): string {
  return link(path, { page: number === 1 ? undefined : String(number) });
}

/** What fails is kept as well: looking again at once would only fail again. */
function keptBuild({ request: { cluster, identity }, entry: { object, summary }, sight, tools }: SeenInput) {
  const source = summary.source === undefined ? undefined : sight.entry(summary.source)?.object;
  const digest = textAt(source, 'status', 'artifact', 'digest');
  const { uid, generation } = object.metadata;
  const build = async (): Promise<Outcome> => {
    const signal = AbortSignal.timeout(takesAtMost);
    try {
      return { built: await buildKustomization({ cluster, identity, tools, signal }, object) };
    } catch (thrown) {
      if (signal.aborted) return { error: new SluiceError('timed_out', 'The build was given up after 90 seconds.') };
      const error = asSluiceError(thrown);
      if (error.kind === 'internal') throw thrown;
      return { error };
    }
  };
  return keepBriefly(cluster, identity, ['build', uid, generation, digest], keptSeconds, build, mostKept);
}

function failedPart({ kind, message, wayOut, missing }: SluiceError): Part {
  const lacking = missing.length === 0 ? '' : `You lack ${enumerate(missing.map(rightInWords))}.`;
  const isForbidden = kind === 'forbidden';
  return {
    template,
    model: {
      phase: 'failed',
      isForbidden,
      title: isForbidden ? 'You may not see what it builds' : 'It cannot be built',
      told: message,
      wayOut: [lacking, wayOut ?? ''].filter((sentence) => sentence !== '').join(' '),
    },
  };
}

async function builtPart(input: SeenInput, built: BuildResult, asked: number): Promise<Part> {
  const { link } = input.request;
  const { objects, substitutions, encrypted, problems, builtWith } = built;
  const hidden = new Set(encrypted.map(referenceKey));
  const budget = { characters: mostCharacters };
  const hrefOf = (number: number) => pageHref(input, number);
  const { shown, before, pages } = paged(objects, { asked, size: pageSize, hrefOf });
  const rows: Awaited<ReturnType<typeof objectRow>>[] = [];
  const turn = takeTurns();
  for (const [index, object] of shown.entries()) {
    await turn();
    rows.push(await objectRow(object, before + index, built, hidden, budget));
  }
  return {
    template,
    model: {
      phase: 'done',
      revision: shortRevision(built.revision),
      wholeRevision: built.revision,
      by:
        builtWith.program === 'plain'
          ? 'without kustomize, which it does not need'
          : `with kustomize ${builtWith.version ?? ''}`,
      words: count(objects.length, 'object'),
      notices: problems.map(({ subject, message }) => ({ state: 'warning', strong: `${subject}.`, text: message })),
      encrypted: encrypted.length,
      substitutions: substitutions.map((each) => substitutionView(each, link)),
      rows,
      pages,
    },
  };
}

function substitutionView({ name, value, masked, from, overruled, used }: Substitution, link: PageRequest['link']) {
  return {
    name,
    value: value ?? '',
    masked,
    isUnset: from.kind === 'nothing',
    from: originView(from, link),
    overruled: overruled.map(originInWords),
    used,
  };
}

function originView(origin: SubstitutionOrigin, link: PageRequest['link']) {
  if (origin.kind !== 'ConfigMap' && origin.kind !== 'Secret') return { words: originInWords(origin) };
  const { kind, namespace, name } = origin;
  const served = { version: 'v1', resource: `${kind.toLowerCase()}s` };
  return { words: originInWords(origin), href: link(anyObjectPath({ group: '', kind, namespace, name }, served)) };
}

function originInWords(origin: SubstitutionOrigin): string {
  switch (origin.kind) {
    case 'inline':
      return 'the Kustomization itself';
    case 'default':
      return 'the default in the manifests';
    case 'nothing':
      return 'nothing sets it';
    case 'ConfigMap':
    case 'Secret':
      return `${origin.kind} ${origin.name}`;
  }
}

async function objectRow(
  object: KubeObject,
  index: number,
  built: BuildResult,
  encrypted: ReadonlySet<string>,
  budget: { characters: number },
) {
  const reference = referenceTo(object);
  const { icon, kind, namespace = '', name } = referenceView(reference, (path) => path);
  const whole = await yamlWithin(object, built, budget.characters);
  const text = whole.length <= budget.characters ? whole : '';
  budget.characters -= text.length;
  return {
    id: `build-${index}`,
    icon,
    kind,
    namespace,
    name,
    isEncrypted: encrypted.has(referenceKey(reference)),
    isCut: text === '',
    ...yamlView(text),
  };
}

/** As it may be shown; empty where it is clear beforehand that it is longer than that. */
async function yamlWithin(object: KubeObject, built: BuildResult, most: number): Promise<string> {
  if (isLarger(object, most)) return '';
  return unlessLarge(built.isLarge(object), 'showYaml', [object, built.hidden(object)]);
}
