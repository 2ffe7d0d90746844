import type { RichTextDocument } from '@pellucid/conditions/rich-text';
import { expect, test } from 'vitest';
import { ticked } from './ticked';

const item = (checked: boolean, ...inner: object[]) => ({
  type: 'taskItem',
  attrs: { checked },
  content: [{ type: 'paragraph' }, ...inner],
});
const list = (...content: object[]) => ({ type: 'taskList', content });
const doc = (...content: object[]) => ({ type: 'doc', content }) as RichTextDocument;

test('ticks the item that is meant, in the order in which items are read', () => {
  const before = doc(list(item(false, list(item(false), item(true))), item(false)), list(item(true)));
  expect(ticked(before, 1, true)).toEqual(
    doc(list(item(false, list(item(true), item(true))), item(false)), list(item(true))),
  );
  expect(ticked(before, 4, false)).toEqual(
    doc(list(item(false, list(item(false), item(true))), item(false)), list(item(false))),
  );
});
