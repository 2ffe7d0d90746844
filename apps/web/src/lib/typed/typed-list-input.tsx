import { TagsInput } from '@mantine/core';
import { useState } from 'react';
import type { TypedReading } from './readings';

interface TypedListInputProps {
  'aria-label': string;
  placeholder: string;
  description?: string | undefined;
  /** As stored. */
  value: string[];
  onChange: (value: string[]) => void;
  read: (text: string) => TypedReading;
  show: (value: string) => string;
  /** Message for a text with several possible readings. */
  ask: (text: string, readings: string[]) => string;
}

/** Several numbers or dates, each typed and confirmed with Enter. A text that can't be read stays for correction. */
export function TypedListInput({ value, onChange, read, show, ask, ...input }: TypedListInputProps) {
  const [text, setText] = useState('');
  const [problem, setProblem] = useState<string | undefined>();
  return (
    <TagsInput
      {...input}
      size="xs"
      // Commas belong to the number.
      splitChars={[';']}
      acceptValueOnBlur
      error={problem}
      searchValue={text}
      onSearchChange={(next) => {
        // The tags input clears its text after onChange, which put back a text that was refused.
        if (next === '' && problem !== undefined) return;
        setText(next);
        setProblem(undefined);
      }}
      value={value.map(show)}
      onChange={(shown) => {
        const known = new Map(value.map((stored) => [show(stored), stored]));
        const stored: string[] = [];
        for (const entry of shown) {
          const old = known.get(entry);
          if (old !== undefined) {
            stored.push(old);
            continue;
          }
          const reading = read(entry);
          if ('value' in reading) stored.push(reading.value);
          else {
            setProblem('message' in reading ? reading.message : ask(entry, reading.ambiguous.map(show)));
            setText(entry);
          }
        }
        if (stored.length !== value.length) onChange([...new Set(stored)]);
      }}
    />
  );
}
