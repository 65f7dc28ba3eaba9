import { describe, expect, test } from 'vitest';
import { findDeclaration } from './library-declarations.ts';

const source = `module

/-! # About -/
@[expose] public section
namespace PCM

/-- A thing
of two lines. -/
structure Thing where
  /-- Its size. -/
  size : Nat
  mass : Nat

namespace Thing
/-- Checks it. -/
@[expose] def check (t : Thing) : Bool := true
end Thing

/-- Not for the next. -/
theorem first : True := trivial
theorem second : True := trivial
end PCM
`;

describe('findDeclaration', () => {
  const placeOf = (name: string): string | undefined => {
    const found = findDeclaration(source, name);
    return found === null ? undefined : source.split('\n')[found.line]!.slice(found.start, found.end);
  };

  test.each([
    ['PCM.Thing', 'Thing', 'A thing\nof two lines.'],
    ['PCM.Thing.size', 'size', 'Its size.'],
    ['PCM.Thing.mass', 'mass', null],
    ['PCM.Thing.check', 'check', 'Checks it.'],
    ['PCM.first', 'first', 'Not for the next.'],
    ['PCM.second', 'second', null],
  ])('finds %s', (name, text, documentation) => {
    expect(placeOf(name)).toBe(text);
    expect(findDeclaration(source, name)?.documentation ?? null).toBe(documentation);
  });

  test.each(['Thing', 'PCM.check', 'PCM.Thing.first', 'PCM.third', ''])('finds no %j', (name) => {
    expect(findDeclaration(source, name)).toBeNull();
  });
});
