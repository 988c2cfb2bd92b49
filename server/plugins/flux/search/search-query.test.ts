import { describe, expect, test } from 'vitest';
import { SluiceError } from '../../../errors.ts';
import { asksForSomething, parseSearch } from './search-query.ts';

const plurals = (typed: string) => parseSearch(typed).kinds.map((kind) => kind.plural);

describe('operators', () => {
  test('stand anywhere among the words and are no words themselves', () => {
    const query = parseSearch('  checkout kind:ks ns:Team- status:failing,stalled label:app=web !canary ');
    expect(query.terms).toEqual([
      { not: false, parts: ['checkout'] },
      { not: true, parts: ['canary'] },
    ]);
    expect(query.kinds.map((kind) => kind.kind)).toEqual(['Kustomization']);
    expect(query.namespaces).toEqual(['team-']);
    expect(query.states).toEqual(['failing', 'stalled']);
    expect(query.selector).toEqual([{ key: 'app', operator: 'in', values: ['web'] }]);
    expect(query.problems).toEqual([]);
  });

  test('a kind is named by its name, plural, beginning or short name', () => {
    expect(plurals('kind:HelmRelease')).toEqual(['helmreleases']);
    expect(plurals('kind:hr,gitrepositories')).toEqual(['helmreleases', 'gitrepositories']);
    expect(plurals('kind:helm')).toEqual(['helmreleases', 'helmrepositories', 'helmcharts']);
  });

  test('what is not understood is told and narrows nothing', () => {
    const query = parseSearch('kind:pod status:green label:=x web');
    expect(query.problems).toHaveLength(3);
    expect(query.problems[0]).toContain('pod');
    expect(query.problems[1]).toContain('failing');
    expect(query.kinds).toEqual([]);
    expect(query.states).toEqual([]);
    expect(query.selector).toEqual([]);
    expect(query.terms).toHaveLength(1);
  });

  test('a colon in another word is part of it', () => {
    expect(parseSearch('oci://ghcr.io').terms).toEqual([{ not: false, parts: ['oci://ghcr.io'] }]);
  });
});

test('nothing typed asks for nothing, an operator alone for something', () => {
  expect(asksForSomething(parseSearch('   '))).toBe(false);
  expect(asksForSomething(parseSearch('kind:'))).toBe(false);
  expect(asksForSomething(parseSearch('status:failing'))).toBe(true);
});

test('a text longer than anybody types is refused, naming the field', () => {
  expect(() => parseSearch('a'.repeat(257))).toThrow(SluiceError);
  expect(parseSearch('a'.repeat(256)).terms).toHaveLength(1);
});
