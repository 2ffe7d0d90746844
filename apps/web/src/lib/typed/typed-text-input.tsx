import { Button, type MantineSize, TextInput } from '@mantine/core';
import { type KeyboardEvent, type ReactNode, useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import classes from './typed-text-input.module.css';
import type { TypedReading } from './readings';
import { UnreadText } from './unread-text';

/** Props shared by inputs for typed values. */
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
  /** The stored value; `''` for none; an `UnreadText` that this input reported. */
  value: string | UnreadText;
  /** Called with the value in the API's form, `''` for none, or an `UnreadText` while the text can't be read. */
  onChange: (value: string | UnreadText) => void;
  read: (text: string) => TypedReading;
  /** Formats a value in full, as in lists: `$1,500.00`. */
  show: (value: string) => string;
  /** Formats a value as text for editing, which `read` must be able to read. */
  edit: (value: string) => string;
  inputMode?: 'decimal' | 'numeric' | 'text';
  rightSection?: ReactNode;
  onKeyDown?: (event: KeyboardEvent<HTMLInputElement>) => void;
}

/**
 * An input whose text is read as a value. While the user types, it shows what will be stored. If there are several
 * readings it asks; if there are none it says so and keeps the text as typed.
 */
export function TypedTextInput(props: TypedTextInputProps) {
  const { value, onChange, read, show, edit, error, onBlur, onKeyDown, size = 'sm', ...input } = props;
  const { t } = useTranslation('app');
  const noteId = useId();
  const [typed, setTyped] = useState<string | undefined>();
  const [isFocused, setFocused] = useState(false);
  // After Enter, which submits the form, errors must be shown.
  const [isTried, setTried] = useState(false);
  // What was typed is read again when limits change, such as the currency that loads later.
  const [isEdited, setEdited] = useState(false);
  const unread = value instanceof UnreadText ? value : undefined;
  const isTyping = isFocused && typed !== undefined;
  const text = isTyping ? typed : unread ? unread.text : edit(value as string);

  const change = (next: string) => {
    setTyped(next);
    setEdited(true);
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
  const isShown = isTyping || unread !== undefined;
  const current = (isShown || isEdited) && text.trim() !== '' ? read(text) : undefined;
  const reading = isShown || (current && !('value' in current)) ? current : undefined;
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
                // Keeps the cursor in the input. Enter then chooses a reading and doesn't submit the form.
                onMouseDown={(event) => event.preventDefault()}
                onKeyDown={(event) => event.stopPropagation()}
                onClick={() => choose(candidate)}
              >
                {show(candidate)}
              </Button>
            ))}
          </>
        ) : 'message' in reading ? (
          // While the user types, an incomplete text is not an error.
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
