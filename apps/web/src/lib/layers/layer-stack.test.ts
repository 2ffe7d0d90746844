import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { hasLayers, isLeftToControl, onEscape, pushLayer } from './layer-stack';

/** An Esc key press on an element of which only `matches` is implemented. */
function pressEscape(isOpenList = false) {
  const event = {
    key: 'Escape',
    isComposing: false,
    isStopped: false,
    target: { matches: () => isOpenList, closest: () => null },
    preventDefault: () => undefined,
    stopImmediatePropagation: () => {
      event.isStopped = true;
    },
  };
  onEscape(event as unknown as KeyboardEvent);
  return event;
}

describe('layers', () => {
  it('are closed by Esc one at a time, the topmost first', () => {
    const closed: string[] = [];
    const open = (name: string) => {
      const remove = pushLayer({
        close: () => {
          closed.push(name);
          remove();
        },
      });
    };
    open('drawer');
    open('menu');
    expect(pressEscape().isStopped).toBe(true);
    expect(closed).toEqual(['menu']);
    pressEscape();
    expect(closed).toEqual(['menu', 'drawer']);
    expect(hasLayers()).toBe(false);
    expect(pressEscape().isStopped).toBe(false);
  });

  it('that close only by buttons consume Esc and stay', () => {
    const remove = pushLayer({ close: undefined });
    expect(pressEscape().isStopped).toBe(true);
    expect(hasLayers()).toBe(true);
    remove();
  });

  it('stay if an open list of choices closes first', () => {
    let isClosed = false;
    const remove = pushLayer({
      close: () => {
        isClosed = true;
      },
    });
    const event = pressEscape(true);
    expect(event.isStopped).toBe(false);
    expect(isLeftToControl(event as unknown as Event)).toBe(true);
    expect(isClosed).toBe(false);
    remove();
  });

  it('are the only way to open a dialog, drawer, menu or popover', () => {
    expect(
      sourcesWith(
        /import \{[^}]*\b(Modal|Drawer|Menu|Popover)\b[^}]*\} from '@mantine\/core'|closeOnEscape=\{?true/,
        'layers/overlays.tsx',
      ),
    ).toEqual([]);
  });
});

describe('forms', () => {
  it('all use the component that focuses errors', () => {
    expect(sourcesWith(/<form\b/, 'forms/form.tsx')).toEqual([]);
  });
});

describe('questions', () => {
  it('are asked by the app, not by the browser', () => {
    expect(sourcesWith(/\b(confirm|alert|prompt)\(['"`]|window\.(confirm|alert|prompt)\(/, '')).toEqual([]);
  });
});

/** Source files of the app, except `home`, that contain a match of `pattern`. */
function sourcesWith(pattern: RegExp, home: string): string[] {
  const source = fileURLToPath(new URL('../..', import.meta.url));
  return readdirSync(source, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /(?<!\.test)\.tsx?$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => home === '' || !file.endsWith(home))
    .filter((file) => pattern.test(readFileSync(file, 'utf8')))
    .map((file) => relative(source, file));
}
