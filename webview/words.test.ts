import { expect, it } from 'vitest';
import { translator } from './words.ts';

it('says what the bundle says, with the words in the places of the other language', () => {
  const t = translator(JSON.stringify({ '{0} of {1} failed': 'von {1} versagten {0}', '{0} to {1}': '{0} bis {1}' }));
  expect(t('{0} of {1} failed', 3, '1,200')).toBe('von 1,200 versagten 3');
  expect(t('{0} to {1}', '{1}', 'b')).toBe('{1} bis b');
});

it('says it in our own words where the bundle has none, or is none', () => {
  for (const bundle of [undefined, '', '{', 'null', '[]', '{"{0} failed": 7}', '{"other": "x"}']) {
    expect(translator(bundle)('{0} failed', 1)).toBe('1 failed');
  }
  expect(translator('{}')('constructor')).toBe('constructor');
  expect(translator('{}')('{0} and {1}', 'one')).toBe('one and {1}');
});
