import { describe, expect, it } from 'vitest';
import { watchTyped } from './typed-values';

interface FakeInput {
  type: string;
  value: string;
  checked: boolean;
}

const input = (type: string, value: string, checked = false): FakeInput => ({ type, value, checked });
/** A part of a page with these inputs. */
const partOf = (inputs: FakeInput[]) => ({ querySelectorAll: () => inputs }) as unknown as ParentNode;

describe('entered values', () => {
  it('are those that differ from before the first touch, in any kind of input', () => {
    const name = input('text', 'Alpha');
    const role = input('checkbox', 'on');
    const chosen = input('hidden', 'a,b');
    const { note, isTyped } = watchTyped(() => partOf([name, role, chosen]));
    expect(isTyped()).toBe(false);
    note();
    name.value = 'Bravo';
    expect(isTyped()).toBe(true);
    name.value = 'Alpha';
    expect(isTyped()).toBe(false);
    role.checked = true;
    expect(isTyped()).toBe(true);
    role.checked = false;
    chosen.value = 'a';
    expect(isTyped()).toBe(true);
  });

  it('are not those that the page fills in later or removes', () => {
    const inputs = [input('text', '')];
    const { note, isTyped } = watchTyped(() => partOf(inputs));
    inputs[0]!.value = 'proposed';
    note();
    expect(isTyped()).toBe(false);
    inputs[0]!.value = 'typed';
    expect(isTyped()).toBe(true);
    inputs.length = 0;
    inputs.push(input('text', 'the next step'));
    expect(isTyped()).toBe(false);
  });
});
