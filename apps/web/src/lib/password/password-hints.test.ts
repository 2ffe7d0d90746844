import { describe, expect, it } from 'vitest';
import { passwordHints } from './password-hints';

const owner = { email: 'ann.miller@example.com', name: 'Ann Miller', company: 'Harbour Kettles' };

describe('hints for a password while it is typed', () => {
  it('count user-perceived characters', () => {
    expect(passwordHints('😀🐙🌊🚲'.repeat(2), owner)).toMatchObject({ length: 8, isLongEnough: false });
    expect(passwordHints('tram lamps', owner)).toMatchObject({ length: 10, isLongEnough: true });
    expect(passwordHints('', {})).toEqual({ length: 0, isLongEnough: false, isMoreThanNames: true });
  });

  it('detect passwords made of e-mail, name or company, and allow names in a sentence', () => {
    for (const password of [
      'Ann.Miller@example.com',
      'harbourkettles26',
      'MILLER ann 84',
      'ｈarbour kettles',
    ])
      expect(passwordHints(password, owner).isMoreThanNames, password).toBe(false);
    for (const password of ['a windmiller in the rain', 'harbour lights at dusk', 'something else'])
      expect(passwordHints(password, owner).isMoreThanNames, password).toBe(true);
  });
});
