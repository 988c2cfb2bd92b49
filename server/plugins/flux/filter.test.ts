import { describe, expect, test } from 'vitest';
import { SluiceError } from '../../errors.ts';
import { filterQuery, matchesSearch, parseFilter, searchTerms, sortKeys } from './filter.ts';
import { kustomization } from './kinds/kustomization.ts';
import { kinds } from './kinds/index.ts';

function parsed(query: string) {
  return parseFilter(new URLSearchParams(query), kustomization);
}

test('nothing asked for: everything, worst first, the first page', () => {
  expect(parsed('')).toEqual({
    namespace: undefined,
    states: [],
    q: '',
    terms: [],
    label: undefined,
    selector: [],
    source: undefined,
    sort: 'state',
    descending: false,
    page: 1,
  });
  expect(parsed('namespace=&status=&q=&sort=&page=&label=&source=')).toEqual(parsed(''));
});

test('everything asked for comes back as the same query', () => {
  const query =
    'namespace=shop&status=failing%2Cstalled&q=cart+%21old&label=app%3Dcart&source=GitRepository%2Fflux-system%2Ffleet&sort=-name&page=3';
  const filter = parsed(query);
  expect(filter).toMatchObject({
    namespace: 'shop',
    states: ['failing', 'stalled'],
    sort: 'name',
    descending: true,
    page: 3,
  });
  expect(new URLSearchParams(filterQuery(filter)).toString()).toBe(query);
  expect(parseFilter(new URLSearchParams(filterQuery(filter)), kustomization)).toEqual(filter);
});

test('another choice begins at the first page; a choice taken back leaves no trace', () => {
  const filter = parsed('status=failing&page=4&q=cart');
  expect(filterQuery(filter, { status: 'waiting' })).toEqual({ status: 'waiting', q: 'cart' });
  expect(filterQuery(filter, { status: undefined, q: '' })).toEqual({});
  expect(filterQuery(filter, { page: '5' })).toEqual({ status: 'failing', q: 'cart', page: '5' });
  expect(filterQuery(filter, { sort: 'state' })).toEqual({ status: 'failing', q: 'cart' });
});

describe('what is not valid is refused with its field and a way out', () => {
  test.each([
    ['page=0', 'page'],
    ['page=-1', 'page'],
    ['page=1.5', 'page'],
    ['page=x', 'page'],
    ['page=99999999', 'page'],
    ['status=broken', 'status'],
    ['status=failing,broken', 'status'],
    ['sort=colour', 'sort'],
    ['sort=--name', 'sort'],
    ['sort=constructor', 'sort'],
    ['namespace=Shop', 'namespace'],
    ['namespace=../etc', 'namespace'],
    [`namespace=${'n'.repeat(64)}`, 'namespace'],
    ['source=fleet', 'source'],
    ['source=GitRepository/a/b/c', 'source'],
    ['label=a b', 'label'],
    [`q=${'q'.repeat(257)}`, 'q'],
  ])('%s', (query, field) => {
    let thrown: unknown;
    try {
      parsed(query);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(SluiceError);
    expect(thrown).toMatchObject({ kind: 'invalid', field });
    expect((thrown as SluiceError).wayOut).toBeTruthy();
    expect((thrown as SluiceError).message.length).toBeLessThan(200);
  });
});

test('every column of every kind can be sorted by, and no two share a key', () => {
  for (const kind of kinds) {
    expect(sortKeys(kind).filter((key, index, all) => all.indexOf(key) !== index)).toEqual([]);
    for (const key of sortKeys(kind)) expect(parseFilter(new URLSearchParams({ sort: key }), kind).sort).toBe(key);
  }
});

describe('the search box', () => {
  const text = [
    'cart-api',
    'shop',
    'shop/cart-api',
    './apps/cart',
    'waits for payments/ledger, which is failing.',
  ].join('\n');
  test.each([
    ['cart', true],
    ['CART', true],
    ['cart shop', true],
    ['cart media', false],
    ['!media', true],
    ['!cart', false],
    ['cart !api', false],
    ['cart-*', true],
    ['*-api', true],
    ['api*', false],
    ['shop/*-api', true],
    ['c*t-*i', true],
    ['*', true],
    ['!', true],
    ['!*-api', false],
    ['cart-api*cart-api', false],
    ['ledger', true],
  ])('%s: %s', (q, matches) => {
    expect(matchesSearch(text, searchTerms(q))).toBe(matches);
  });

  test('a star fits as the same pattern does, however many there are', () => {
    const fields = ['', 'a', 'ab', 'aba', 'abba', 'aabbaa'];
    const patterns = ['a*', '*a', 'a*a', '*b*', 'a*b*a', '**', 'ab*ba', '*aa*aa*'];
    for (const field of fields) {
      for (const pattern of patterns) {
        if (searchTerms(pattern).length === 0) continue;
        const expected = new RegExp(`^${pattern.replaceAll('*', '.*')}$`).test(field);
        expect(matchesSearch(field, searchTerms(pattern)), `${pattern} on ${field}`).toBe(expected);
      }
    }
  });
});
