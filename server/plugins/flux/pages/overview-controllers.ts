import { asSluiceError } from '../../../errors.ts';
import { isUnanswered } from '../../../kube/unanswered.ts';
import type { Part, PageRequest } from '../../../web/page.ts';
import { controllerState } from '../controllers/controller-state.ts';
import { controllersRule, controllersSeen, isDown, readControllers } from '../controllers/read-controllers.ts';
import type { Controller, Controllers } from '../controllers/read-controllers.ts';
import { enumerate, rightInWords } from './words.ts';

/** An open page looks again after this time, and sooner when the API server has kept it waiting. */
const againAfter = 15_000;
const againWhenLate = 1_000;
/** The overview waits so long at most for what is only one panel of it. */
const patienceMilliseconds = 500;

/** The controllers as the overview shows them. */
export interface ControllersGlance {
  part: Part;
  /** Controllers of which no replica is ready: what they look after stands still. */
  down: string[];
  /** `2.9.2`, of Flux as a whole. */
  fluxVersion: string | undefined;
  /** When an open page is to look again; undefined where it does not look. */
  again: Date | undefined;
}

/**
 * The controllers in short. Deployments are not watched, so they are read for open pages only; a single answer shows
 * what the asker has seen lately, and causes no request.
 */
export async function controllersGlance(request: PageRequest): Promise<ControllersGlance> {
  const { cluster, identity, now, isOpen } = request;
  const rule = controllersRule(cluster);
  try {
    if (!(await cluster.access.can(identity, rule))) {
      return glance(request, undefined, `You lack ${rightInWords(rule)}.`, undefined);
    }
  } catch (error) {
    if (!isUnanswered(error)) throw error;
    return glance(request, undefined, 'The API server cannot be reached.', undefined);
  }
  const before = controllersSeen(cluster, identity);
  if (!isOpen) {
    const words = before === undefined ? 'They are read while this page is open.' : '';
    return glance(request, before, words, undefined);
  }
  const answer = await Promise.race([attempt(request), waited(patienceMilliseconds)]);
  const isLate = answer === undefined;
  const again = new Date(now.getTime() + (isLate ? againWhenLate : againAfter));
  if (isLate) return glance(request, before, before === undefined ? 'They are being read.' : '', again);
  return glance(request, answer.found ?? before, answer.problem, again);
}

async function attempt({
  cluster,
  identity,
}: PageRequest): Promise<{ found: Controllers | undefined; problem: string }> {
  try {
    return { found: await readControllers(cluster, identity), problem: '' };
  } catch (thrown) {
    const error = asSluiceError(thrown);
    if (error.kind === 'internal') throw thrown;
    return { found: undefined, problem: error.message };
  }
}

function waited(milliseconds: number): Promise<undefined> {
  return new Promise((resolve) => {
    setTimeout(resolve, milliseconds, undefined).unref();
  });
}

function glance(
  request: PageRequest,
  found: Controllers | undefined,
  words: string,
  again: Date | undefined,
): ControllersGlance {
  const { link, now } = request;
  return {
    again,
    fluxVersion: found?.fluxVersion,
    down: (found?.controllers ?? []).filter(isDown).map(({ name }) => name),
    part: {
      template: 'flux/overview-controllers.njk',
      model: {
        href: link('/flux/controllers'),
        rows: (found?.controllers ?? []).map((controller) => rowOf(controller, now, link)),
        words,
        missing: missingWords(found),
      },
    },
  };
}

/** What of it is not shown, in a sentence; the page of the controllers names each right. */
function missingWords(found: Controllers | undefined): string {
  const missing = (found?.problems ?? [])
    .filter(({ subject }) => subject !== 'CustomResourceDefinitions')
    .flatMap((problem) => (problem.missing ?? []).map(rightInWords));
  return missing.length === 0 ? '' : `You lack ${enumerate(missing)}.`;
}

function rowOf(controller: Controller, now: Date, link: PageRequest['link']) {
  const { name, version, image, ready, wanted, restarts, leader } = controller;
  const { state, sentence } = controllerState(controller, now);
  return {
    name,
    state,
    sentence,
    version: version ?? 'by digest',
    image,
    replicas: `${ready} of ${wanted}`,
    restarts: restarts === undefined ? 'hidden' : String(restarts),
    leader: leader === undefined ? '' : leader.pod.replace(`${name}-`, ''),
    leaderPod: leader?.pod ?? '',
    logsHref: link('/flux/logs', { controller: name }),
  };
}
