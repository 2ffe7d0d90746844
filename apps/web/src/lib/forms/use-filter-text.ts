import { useDebouncedCallback } from '@mantine/hooks';
import { useEffect, useRef, useState } from 'react';
import { type SentValues, watchSentValues } from './sent-values';

interface FilterTextOptions {
  /** Milliseconds after the last key before the text is applied. */
  delay?: number;
  /** Whether the text can be applied. Others are only shown. */
  accepts?: (text: string) => boolean;
}

/**
 * The text of an input that filters a page while the user types. The page keeps the filter in its URL, which changes a
 * moment after each pause: by then the user may have typed on, so the input follows only values from elsewhere, such
 * as the back button or a link.
 *
 * @param value the text in the URL
 * @param onChange called with the trimmed text
 */
export function useFilterText(
  value: string,
  onChange: (text: string) => void,
  { delay = 250, accepts }: FilterTextOptions = {},
) {
  const [text, setText] = useState(value);
  const watched = useRef<SentValues>(null);
  watched.current ??= watchSentValues(value);
  const sent = watched.current;
  const send = (next: string) => {
    sent.send(next);
    onChange(next);
  };
  const apply = useDebouncedCallback((next: string) => {
    if (!accepts || accepts(next)) send(next);
  }, delay);
  useEffect(() => {
    if (sent.isOwn(value)) return;
    apply.cancel();
    setText(value);
  }, [value, sent, apply]);
  return {
    text,
    type: (next: string) => {
      setText(next);
      apply(next.trim());
    },
    clear: () => {
      // Text typed just before must not come back.
      apply.cancel();
      setText('');
      send('');
    },
  };
}
