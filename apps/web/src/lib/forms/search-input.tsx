import { CloseButton, TextInput } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import type { RefObject } from 'react';
import { useTranslation } from 'react-i18next';

interface SearchInputProps {
  /** What is searched, for screen readers and as the placeholder. */
  label: string;
  text: string;
  onType: (text: string) => void;
  onClear: () => void;
  className?: string | undefined;
  inputRef?: RefObject<HTMLInputElement | null>;
}

/** The field that searches a list while the user types. Esc leaves the field and keeps the text. */
export function SearchInput({ label, text, onType, onClear, className, inputRef }: SearchInputProps) {
  const { t } = useTranslation('app');
  return (
    <TextInput
      {...(inputRef && { ref: inputRef })}
      size="xs"
      type="search"
      {...(className && { className })}
      aria-label={label}
      placeholder={label}
      leftSection={<IconSearch size={15} aria-hidden />}
      value={text}
      onChange={(event) => onType(event.currentTarget.value)}
      onKeyDown={(event) => {
        if (event.key === 'Escape') event.currentTarget.blur();
      }}
      rightSection={text ? <CloseButton size="xs" aria-label={t('clearSearch')} onClick={onClear} /> : null}
    />
  );
}
