import { randomUUID } from 'node:crypto';
import { SluiceError, asSluiceError } from '../../errors.ts';
import type { AccessRule } from '../../errors.ts';
import type { Audit, AuditEntry } from '../../operations/audit.ts';
import { definePage } from '../../web/page.ts';
import type { LoadedPage, Page, PageRequest } from '../../web/page.ts';
import { rightInWords } from '../flux/pages/words.ts';
import { asYaml } from './manifest.ts';
import { managerIn } from './managed-by.ts';
import { revisionAt, seeRelease } from './release-seen.ts';
import { rollbackSubject } from './rollback/rollback-operation.ts';
import { readRevisionNow } from './storage.ts';
import type { StoredRevision } from './storage.ts';
import { revisionFrom } from './tab.ts';
import { releasePath } from './words.ts';

const path = '/helm/:namespace/:name/reveal';

/** Asks before the hidden values of a revision are shown. */
export const askToRevealPage: Page = definePage({
  path,
  async load(request) {
    const { stored } = await revisionAsked(request);
    const missing = await request.cluster.access.missing(request.identity, rightsToReveal(request, stored));
    return frame(request, stored, 'Show hidden values', {
      template: 'helm/reveal-ask.njk',
      model: {
        action: request.link(releasePath(stored) + '/reveal', { revision: String(stored.revision) }),
        rights: missing.map(rightInWords),
      },
    });
  },
});

/**
 * The values of a revision as Helm keeps them, nothing hidden: for who may read the Secrets they stand in, once and only
 * on request. Read anew as the asker, kept nowhere, told to the audit.
 */
export function revealedPage(audit: Audit): Page {
  return definePage({
    path,
    async load(request) {
      const { stored } = await revisionAsked(request);
      const entry = entryFor(request, stored);
      try {
        await demandRights(request, stored);
        const { values } = await readRevisionNow(request.cluster, request.identity, stored);
        audit.record({
          ...entry,
          result: 'succeeded',
          message: `The values of revision ${stored.revision} were shown.`,
        });
        return frame(request, stored, 'Values, nothing hidden', {
          template: 'helm/revealed.njk',
          model: { text: Object.keys(values).length === 0 ? '' : asYaml(values) },
        });
      } catch (thrown) {
        audit.record({ ...entry, result: 'refused', message: asSluiceError(thrown).message });
        throw thrown;
      }
    },
  });
}

async function revisionAsked({ cluster, identity, params, query }: PageRequest) {
  const { namespace = '', name = '' } = params;
  const seen = await seeRelease(cluster, identity, namespace, name);
  return { seen, stored: revisionAt(seen, revisionFrom(query, 'revision')) };
}

/** Hidden values come from Secrets: of the storage itself, and of the HelmRelease's namespace. */
function rightsToReveal({ cluster }: PageRequest, { driver, namespace, release }: StoredRevision): AccessRule[] {
  const from = managerIn(cluster, { namespace, name: release })?.object.metadata.namespace ?? namespace;
  const get = (resource: string, where: string) => ({ verb: 'get', group: '', resource, namespace: where });
  return [
    ...[...new Set([namespace, from])].map((where) => get('secrets', where)),
    ...(driver === 'ConfigMap' ? [get('configmaps', namespace)] : []),
  ];
}

async function demandRights(request: PageRequest, stored: StoredRevision): Promise<void> {
  const missing = await request.cluster.access.missing(request.identity, rightsToReveal(request, stored));
  if (missing.length === 0) return;
  throw new SluiceError('forbidden', 'Hidden values are shown to who may read the Secrets they come from.', {
    missing,
  });
}

function entryFor({ cluster, identity }: PageRequest, { namespace, release: name }: StoredRevision) {
  return {
    id: randomUUID(),
    at: new Date(),
    cluster: cluster.name,
    by: identity.impersonate === undefined ? cluster.self : identity,
    operation: 'helm.reveal',
    subject: rollbackSubject({ namespace, name }, cluster),
  } satisfies Omit<AuditEntry, 'result'>;
}

function frame(
  { link }: PageRequest,
  stored: StoredRevision,
  title: string,
  { template, model }: { template: string; model: object },
): LoadedPage {
  const { namespace, release, revision } = stored;
  const own = releasePath(stored);
  return {
    title: `${title}, ${release}`,
    template,
    model: {
      ...model,
      key: `${namespace}/${release}`,
      revision,
      back: link(own, { tab: 'values', revision: String(revision) }),
    },
    parts: {},
    lists: {},
    topics: [],
    current: '/helm',
    breadcrumb: [
      { label: 'Helm', href: link('/helm') },
      { label: namespace, href: link('/helm', { namespace }) },
      { label: release, href: link(own) },
      { label: title },
    ],
  };
}
