import { Button, type MantineSize, TextInput } from '@mantine/core';
import { type KeyboardEvent, type ReactNode, useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import classes from './typed-text-input.module.css';
import type { TypedReading } from './readings';
import { UnreadText } from './unread-text';

/** What inputs for typed values share. */
export interface TypedInputProps {
  label?: ReactNode;
  'aria-label'?: string;
  description?: ReactNode;
  error?: ReactNode;
  placeholder?: string;
  disabled?: boolean;
  size?: MantineSize;
  autoFocus?: boolean;
  withAsterisk?: boolean;
  onBlur?: () => void;
}

interface TypedTextInputProps extends TypedInputProps {
  /** As stored; `''` for none; an `UnreadText` as this input gave it. */
  value: string | UnreadText;
  /** Gets the value as the API takes it, `''` for none, an `UnreadText` while the text is not understood. */
  onChange: (value: string | UnreadText) => void;
  read: (text: string) => TypedReading;
  /** A value in full, as lists show it: `$1,500.00`. */
  show: (value: string) => string;
  /** A value as text to edit; `read` must understand it. */
  edit: (value: string) => string;
  inputMode?: 'decimal' | 'numeric' | 'text';
  rightSection?: ReactNode;
  onKeyDown?: (event: KeyboardEvent<HTMLInputElement>) => void;
}

/**
 * A text that stands for a value. While one types, it says what will be stored; what can mean several things is asked,
 * what is not understood is said, and the text stays as it was typed.
 */
export function TypedTextInput(props: TypedTextInputProps) {
  const { value, onChange, read, show, edit, error, onBlur, onKeyDown, size = 'sm', ...input } = props;
  const { t } = useTranslation('app');
  const noteId = useId();
  const [typed, setTyped] = useState<string | undefined>();
  const [isFocused, setFocused] = useState(false);
  // Enter asks for it to be saved: then it must be said what is wrong.
  const [isTried, setTried] = useState(false);
  const unread = value instanceof UnreadText ? value : undefined;
  const isTyping = isFocused && typed !== undefined;
  const text = isTyping ? typed : unread ? unread.text : edit(value as string);

  const change = (next: string) => {
    setTyped(next);
    setTried(false);
    if (next.trim() === '') return onChange('');
    const reading = read(next);
    if ('value' in reading) onChange(reading.value);
    else
      onChange(
        new UnreadText(
          next,
          'message' in reading
            ? reading.message
            : t('typed.canMean', { text: next, readings: reading.ambiguous.map(show).join(' · ') }),
        ),
      );
  };
  const choose = (reading: string) => {
    setTyped(undefined);
    onChange(reading);
  };
  const reading = isTyping || unread ? (text.trim() === '' ? undefined : read(text)) : undefined;
  const isDone = !isFocused || isTried;
  const isAsking = reading !== undefined && !('value' in reading);
  const isWrong = Boolean(error) || (isAsking && isDone);
  return (
    <div>
      <TextInput
        {...input}
        size={size}
        autoComplete="off"
        data-autofocus={input.autoFocus || undefined}
        value={text}
        error={isAsking ? isWrong : error}
        aria-describedby={reading ? noteId : undefined}
        onChange={(event) => change(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === 'Enter') setTried(true);
          onKeyDown?.(event);
        }}
        onFocus={() => setFocused(true)}
        onBlur={() => {
          setFocused(false);
          setTyped(undefined);
          onBlur?.();
        }}
      />
      <div id={noteId} className={classes['note']} data-wrong={isWrong || undefined} aria-live="polite">
        {reading === undefined ? null : 'ambiguous' in reading ? (
          <>
            {t('typed.asked')}{' '}
            {reading.ambiguous.map((candidate) => (
              <Button
                key={candidate}
                size="compact-xs"
                variant="default"
                className={classes['reading']}
                // Keeps the cursor in the input; Enter chooses here, and does not save the form.
                onMouseDown={(event) => event.preventDefault()}
                onKeyDown={(event) => event.stopPropagation()}
                onClick={() => choose(candidate)}
              >
                {show(candidate)}
              </Button>
            ))}
          </>
        ) : 'message' in reading ? (
          // While one types, only what is finished can be wrong.
          isDone ? (
            reading.message
          ) : null
        ) : isTyping && show(reading.value) !== text.trim() ? (
          `= ${show(reading.value)}`
        ) : null}
      </div>
    </div>
  );
}
