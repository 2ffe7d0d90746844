import { describe, expect, it } from 'vitest';
import { watchSentValues } from './sent-values';

describe('values that an input puts into the URL', () => {
  it('are its own when they arrive, however late, and only once', () => {
    const { send, isOwn } = watchSentValues('');
    send('a');
    send('ac');
    expect(isOwn('a')).toBe(true);
    expect(isOwn('ac')).toBe(true);
    expect(isOwn('a')).toBe(false);
  });

  it('may skip those that another one overtook', () => {
    const { send, isOwn } = watchSentValues('');
    send('a');
    send('ac');
    send('acm');
    expect(isOwn('acm')).toBe(true);
    expect(isOwn('ac')).toBe(false);
  });

  it('are not its own if they come from elsewhere, such as a link', () => {
    const { send, isOwn } = watchSentValues('acme');
    expect(isOwn('acme')).toBe(false);
    // The URL already has this value, so a later one is not the answer to it.
    send('acme');
    expect(isOwn('bravo')).toBe(false);
    expect(isOwn('acme')).toBe(false);
  });
});
