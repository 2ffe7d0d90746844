import '@mantine/dates/styles.css';
import 'dayjs/locale/de';
import { ActionIcon } from '@mantine/core';
import { DatePicker } from '@mantine/dates';
import { IconCalendar } from '@tabler/icons-react';
import { type KeyboardEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormats } from '@/lib/format/formats';
import { Popover } from '@/lib/layers/overlays';
import { readDate } from './readings';
import { type TypedInputProps, TypedTextInput } from './typed-text-input';
import type { UnreadText } from './unread-text';

interface TypedDateInputProps extends TypedInputProps {
  /** "2026-03-01", `''` for none. */
  value: string | UnreadText;
  /** @param isPicked whether it was picked in the calendar, and so is complete */
  onChange: (value: string | UnreadText, isPicked?: boolean) => void;
}

/** A date, typed in any common form or picked in a calendar. */
export default function TypedDateInput({ value, onChange, ...input }: TypedDateInputProps) {
  const formats = useFormats();
  const { t, i18n } = useTranslation('app');
  const [isOpen, setOpen] = useState(false);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'ArrowDown' && !isOpen) {
      event.preventDefault();
      setOpen(true);
    }
  };
  const day = typeof value === 'string' && value !== '' ? value.slice(0, 10) : null;
  return (
    <Popover
      opened={isOpen}
      onChange={setOpen}
      position="bottom-start"
      shadow="md"
      withinPortal
      zIndex={1000}
      // The button inside has the ARIA attributes; they aren't allowed on a plain div.
      withRoles={false}
    >
      <Popover.Target>
        <div>
          <TypedTextInput
            {...input}
            value={value}
            onChange={(next) => {
              setOpen(false);
              onChange(next);
            }}
            read={(text) => readDate(text, formats, t)}
            show={formats.date}
            edit={(stored) => (stored === '' ? '' : formats.editableDate(stored))}
            onKeyDown={onKeyDown}
            rightSection={
              <ActionIcon
                size={24}
                variant="subtle"
                color="gray"
                disabled={input.disabled}
                aria-label={t('typed.openCalendar')}
                aria-expanded={isOpen}
                onMouseDown={(event) => event.preventDefault()}
                onClick={() => setOpen(!isOpen)}
                onKeyDown={onKeyDown}
              >
                <IconCalendar size={16} />
              </ActionIcon>
            }
          />
        </div>
      </Popover.Target>
      <Popover.Dropdown>
        <DatePicker
          locale={i18n.language}
          defaultDate={day ?? formats.today()}
          value={day}
          onChange={(picked) => {
            setOpen(false);
            onChange(picked ?? '', true);
          }}
        />
      </Popover.Dropdown>
    </Popover>
  );
}
