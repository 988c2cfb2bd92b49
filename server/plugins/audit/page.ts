import { SluiceError } from '../../errors.ts';
import type { Audit, AuditEntry } from '../../operations/audit.ts';
import type { Subject } from '../../operations/define.ts';
import { subjectText } from '../../operations/subject-key.ts';
import { visibleTo } from '../../operations/visible-to.ts';
import { definePage } from '../../web/page.ts';
import type { Page, PageRequest } from '../../web/page.ts';

const mostRows = 200;

const results = {
  started: { state: 'reconciling', word: 'Under way' },
  succeeded: { state: 'ready', word: 'Done' },
  failed: { state: 'failing', word: 'Failed' },
  refused: { state: 'forbidden', word: 'Refused' },
} as const satisfies Record<AuditEntry['result'], { state: string; word: string }>;

type Result = AuditEntry['result'];

function readResult(query: URLSearchParams): Result | undefined {
  const text = query.get('result') ?? '';
  if (text === '') return undefined;
  if (Object.hasOwn(results, text)) return text as Result;
  const known = Object.keys(results).join(', ');
  throw new SluiceError('invalid', `result must be one of ${known}, not ${JSON.stringify(text)}.`, { field: 'result' });
}

function searchText(entry: AuditEntry): string {
  return [entry.by.name, entry.operation, subjectText(entry.subject), entry.message ?? ''].join(' ').toLowerCase();
}

function tookText(milliseconds: number | undefined): string {
  if (milliseconds === undefined) return '';
  return milliseconds < 10_000 ? `${(milliseconds / 1_000).toFixed(1)} s` : `${Math.round(milliseconds / 1_000)} s`;
}

function rowOf(entry: AuditEntry, href: string): { id: string; model: object } {
  const { state, word } = results[entry.result];
  const model = {
    id: `audit-${entry.id}`,
    state,
    word,
    at: entry.at,
    by: entry.by.name,
    groups: entry.by.groups.join(', '),
    operation: entry.operation,
    kind: entry.subject.kind,
    namespace: entry.subject.namespace ?? '',
    name: entry.subject.name,
    href,
    message: entry.message ?? '',
    note: entry.note ?? '',
    took: tookText(entry.milliseconds),
  };
  return { id: model.id, model };
}

function summaryText(shown: number, matching: number, all: number): string {
  if (all === 0) return 'nothing was done through Sluice since it started';
  if (matching === 0) return `none of ${all} matches`;
  const of = matching === all ? `${all}` : `${matching} of ${all}`;
  return shown === matching ? `${of}, newest first` : `the latest ${shown} of ${matching}`;
}

/** `/audit`: the actions of this server since it started, of objects that the asker may see. */
export function auditPage(audit: Audit, pageOf: (subject: Subject) => string | undefined): Page {
  function rowIn(entry: AuditEntry, link: PageRequest['link']): { id: string; model: object } {
    const path = pageOf(entry.subject);
    return rowOf(entry, path === undefined ? '' : link(path));
  }

  return definePage({
    path: '/audit',
    async load({ cluster, identity, query, link }) {
      const q = (query.get('q') ?? '').trim();
      const result = readResult(query);
      const visible = await visibleTo(audit.entries({ cluster: cluster.name }), cluster, identity);
      const matching = visible.filter(
        (entry) =>
          (result === undefined || entry.result === result) &&
          (q === '' || searchText(entry).includes(q.toLowerCase())),
      );
      const shown = matching.slice(0, mostRows);
      const options = Object.entries(results).map(([value, { word }]) => ({ value, label: word }));
      return {
        title: 'Audit',
        template: 'audit/page.njk',
        model: {
          bar: {
            action: link('/audit'),
            subject: 'actions',
            q,
            placeholder: 'Who, what or why',
            selects: [
              {
                name: 'result',
                label: 'Result',
                value: result ?? '',
                options: [{ value: '', label: 'Any result' }, ...options],
              },
            ],
            hidden: [],
          },
        },
        parts: {
          'audit-title': {
            template: 'audit/title.njk',
            model: { summary: summaryText(shown.length, matching.length, visible.length) },
          },
          'audit-nothing': {
            template: 'audit/nothing.njk',
            model: {
              nothingYet: visible.length === 0,
              filteredOut: visible.length > 0 && matching.length === 0,
              clearHref: link('/audit'),
            },
          },
        },
        lists: { 'audit-rows': { template: 'audit/row.njk', rows: shown.map((entry) => rowIn(entry, link)) } },
        topics: [{ type: 'audit' }],
        current: '/audit',
        breadcrumb: [{ label: 'Audit' }],
      };
    },
  });
}
