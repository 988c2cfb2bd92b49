import { expect, test } from 'vitest';
import { fluxControllers, parts, selectParts } from './parts.ts';

test('without a choice everything runs', () => {
  expect(selectParts(undefined)).toEqual(parts);
});

test('chosen parts keep the order in which they are started', () => {
  expect(selectParts(['git', 'source-controller'])).toEqual(['source-controller', 'git']);
});

test('controllers stands for all of Flux, none for the API server alone', () => {
  expect(selectParts(['controllers'])).toEqual(fluxControllers);
  expect(selectParts(['none'])).toEqual([]);
});

test('an unknown part is refused and the known ones are named', () => {
  expect(() => selectParts(['sauce-controller'])).toThrow(/"sauce-controller".*source-controller/);
});
