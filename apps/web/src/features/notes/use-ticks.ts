import type { RichTextDocument } from '@pellucid/conditions/rich-text';
import { useRef, useState } from 'react';
import { notify } from '@/lib/notify';
import { problemText } from '@/lib/problem-text';
import { newCause } from '@/records/api/undo';
import type { useSaveRecord } from '@/records/form/use-save-record';
import type { RecordData } from '@/records/object-description';
import { ticked } from '@/records/rich-text/ticked';

/**
 * Ticks items of a note's checklists: shown at once, saved one after the other, each based on what the one before left.
 * @returns the document with ticks that the note doesn't have yet, and what ticks the nth item
 */
export function useTicks(note: RecordData, save: ReturnType<typeof useSaveRecord>) {
  const latest = useRef(note);
  if (note.version > latest.current.version) latest.current = note;
  const waiting = useRef(Promise.resolve());
  const [own, setOwn] = useState<{ version: number; document: RichTextDocument }>();
  const shown = own && own.version >= note.version ? own.document : undefined;

  const tick = (index: number, isChecked: boolean) => {
    const seen = shown ?? (note['body'] as RichTextDocument);
    setOwn({ version: latest.current.version, document: ticked(seen, index, isChecked) });
    waiting.current = waiting.current.then(async () => {
      const before = latest.current;
      const body = ticked(before['body'] as RichTextDocument, index, isChecked);
      try {
        latest.current = (await save(before, { body }, newCause())) ?? before;
        setOwn((now) => now && { ...now, version: latest.current.version });
      } catch (error) {
        setOwn(undefined);
        notify({ color: 'red', message: problemText(error) });
      }
    });
  };
  return { shown, tick };
}
