import { CloseButton, Combobox, InputBase, Loader, Pill, PillsInput, useCombobox } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconPlus } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { listRecords } from '../api/list-records';
import { recordKeys } from '../api/record-keys';
import { mayCreate, type ObjectDescription, type RecordReference, recordName } from '../object-description';
import { useRecordForm } from '../form/record-form-context';
import { valuesFromName } from '../object-normalisation';
import { choosable, type PeopleOffered } from './people-to-choose';
import { problemText } from '@/lib/problem-text';

const CREATE = '$create';

interface PickerProps {
  object: ObjectDescription;
  label?: ReactNode;
  'aria-label'?: string;
  description?: ReactNode;
  error?: ReactNode;
  placeholder?: string;
  isRequired?: boolean;
  isDisabled?: boolean;
  autoFocus?: boolean;
  size?: 'xs' | 'sm';
  /** Offers "Create …" for a text that matches no record. */
  canCreate?: boolean;
  onBlur?: () => void;
  /** Which people to offer; those a field accepts if left out. */
  people?: PeopleOffered;
  /** A record not to offer. */
  withoutId?: string;
}

/** One short page of records whose name or another searchable field contains the text. */
function useOptions(
  object: ObjectDescription,
  text: string,
  isOpen: boolean,
  { people = 'present', withoutId }: Pick<PickerProps, 'people' | 'withoutId'>,
) {
  const filter = choosable(object, people);
  const [debounced] = useDebouncedValue(text.trim(), 180);
  const query = useQuery({
    queryKey: [...recordKeys.options(object.path, debounced), filter, withoutId],
    queryFn: async ({ signal }) => {
      const page = await listRecords(
        object.path,
        { q: debounced || undefined, limit: 20, ...(filter && { filter }) },
        undefined,
        signal,
      );
      return page.data
        .filter(({ id }) => id !== withoutId)
        .map((record): RecordReference => ({ id: record.id, name: recordName(object, record) }));
    },
    enabled: isOpen,
    placeholderData: keepPreviousData,
    staleTime: 30_000,
  });
  return { ...query, debounced };
}

function Options({
  object,
  text,
  query,
  canCreate,
}: {
  object: ObjectDescription;
  text: string;
  query: ReturnType<typeof useOptions>;
  canCreate: boolean;
}) {
  const { t } = useTranslation('records');
  const options = query.data ?? [];
  return (
    <Combobox.Options mah={260} style={{ overflowY: 'auto' }}>
      {options.map((option) => (
        <Combobox.Option key={option.id} value={option.id}>
          {option.name}
        </Combobox.Option>
      ))}
      {query.isPending ? <Combobox.Empty>{t('picker.searching')}</Combobox.Empty> : null}
      {query.isError ? <Combobox.Empty>{problemText(query.error)}</Combobox.Empty> : null}
      {query.isSuccess && options.length === 0 ? <Combobox.Empty>{t('picker.none')}</Combobox.Empty> : null}
      {canCreate && mayCreate(object) ? (
        <Combobox.Option value={CREATE} c="var(--pl-accent-text)">
          <IconPlus size={14} aria-hidden style={{ verticalAlign: '-2px', marginRight: 6 }} />
          {text.trim()
            ? t('picker.createNamed', { name: text.trim() })
            : t('picker.create', { object: object.label })}
        </Combobox.Option>
      ) : null}
    </Combobox.Options>
  );
}

interface ReferencePickerProps extends PickerProps {
  value: RecordReference | null;
  onChange: (value: RecordReference | null) => void;
}

/** Picks one record of an object by search. May create one on the way. */
export function ReferencePicker({
  object,
  value,
  onChange,
  canCreate = true,
  ...props
}: ReferencePickerProps) {
  const { t } = useTranslation('records');
  const form = useRecordForm();
  const combobox = useCombobox({ onDropdownClose: () => combobox.resetSelectedOption() });
  const [text, setText] = useState<string | undefined>();
  const query = useOptions(object, text ?? '', combobox.dropdownOpened, props);
  const submit = (id: string) => {
    if (id === CREATE) {
      form.openCreate(object, {
        values: valuesFromName(object, text ?? ''),
        onSaved: (record) => onChange({ id: record.id, name: recordName(object, record) }),
      });
    } else {
      onChange(query.data?.find((option) => option.id === id) ?? null);
    }
    setText(undefined);
    combobox.closeDropdown();
  };
  return (
    <Combobox store={combobox} onOptionSubmit={submit} shadow="md">
      <Combobox.Target>
        <InputBase
          label={props.label}
          aria-label={props['aria-label']}
          description={props.description}
          error={props.error}
          withAsterisk={props.isRequired}
          disabled={props.isDisabled}
          size={props.size ?? 'sm'}
          data-autofocus={props.autoFocus || undefined}
          autoFocus={props.autoFocus}
          placeholder={props.placeholder ?? t('picker.placeholder', { object: object.label })}
          value={text ?? value?.name ?? ''}
          onChange={(event) => {
            setText(event.currentTarget.value);
            combobox.openDropdown();
            combobox.updateSelectedOptionIndex();
          }}
          onClick={() => combobox.openDropdown()}
          onFocus={(event) => event.currentTarget.select()}
          onBlur={() => {
            combobox.closeDropdown();
            setText(undefined);
            props.onBlur?.();
          }}
          rightSectionPointerEvents={value && !props.isRequired && !props.isDisabled ? 'all' : 'none'}
          rightSection={
            query.isFetching && combobox.dropdownOpened ? (
              <Loader size={14} />
            ) : value && !props.isRequired && !props.isDisabled ? (
              <CloseButton
                size="sm"
                aria-label={t('picker.clear')}
                onMouseDown={(event) => event.preventDefault()}
                onClick={() => {
                  setText(undefined);
                  onChange(null);
                }}
              />
            ) : (
              <Combobox.Chevron />
            )
          }
        />
      </Combobox.Target>
      <Combobox.Dropdown>
        <Options object={object} text={text ?? ''} query={query} canCreate={canCreate} />
      </Combobox.Dropdown>
    </Combobox>
  );
}

interface MultiReferencePickerProps extends PickerProps {
  value: RecordReference[];
  onChange: (value: RecordReference[]) => void;
}

/** Picks several records of an object, shown as pills; mostly for tags. */
export function MultiReferencePicker({
  object,
  value,
  onChange,
  canCreate = true,
  ...props
}: MultiReferencePickerProps) {
  const { t } = useTranslation('records');
  const form = useRecordForm();
  const combobox = useCombobox({ onDropdownClose: () => combobox.resetSelectedOption() });
  const [text, setText] = useState('');
  const query = useOptions(object, text, combobox.dropdownOpened, props);
  const submit = (id: string) => {
    const add = (reference: RecordReference) =>
      onChange([...value.filter((item) => item.id !== reference.id), reference]);
    if (id === CREATE) {
      form.openCreate(object, {
        values: valuesFromName(object, text),
        onSaved: (record) => add({ id: record.id, name: recordName(object, record) }),
      });
    } else if (value.some((item) => item.id === id)) {
      onChange(value.filter((item) => item.id !== id));
    } else {
      const picked = query.data?.find((option) => option.id === id);
      if (picked) add(picked);
    }
    setText('');
  };
  return (
    <Combobox store={combobox} onOptionSubmit={submit} shadow="md">
      <Combobox.DropdownTarget>
        <PillsInput
          label={props.label}
          description={props.description}
          error={props.error}
          size={props.size ?? 'sm'}
          disabled={props.isDisabled}
          onClick={() => !props.isDisabled && combobox.openDropdown()}
        >
          <Pill.Group>
            {value.map((item) => (
              <Pill
                key={item.id}
                withRemoveButton={!props.isDisabled}
                removeButtonProps={{
                  'aria-label': t('picker.remove', { name: item.name || t('access.notVisible') }),
                  'aria-hidden': undefined,
                }}
                onRemove={() => onChange(value.filter((other) => other.id !== item.id))}
              >
                {item.name || t('access.notVisible')}
              </Pill>
            ))}
            <Combobox.EventsTarget>
              <PillsInput.Field
                value={text}
                disabled={props.isDisabled}
                autoFocus={props.autoFocus}
                aria-label={
                  props['aria-label'] ?? (typeof props.label === 'string' ? props.label : object.pluralLabel)
                }
                placeholder={value.length ? undefined : t('picker.placeholder', { object: object.label })}
                onFocus={() => combobox.openDropdown()}
                onBlur={() => {
                  combobox.closeDropdown();
                  props.onBlur?.();
                }}
                onChange={(event) => {
                  setText(event.currentTarget.value);
                  combobox.openDropdown();
                }}
                onKeyDown={(event) => {
                  if (event.key === 'Backspace' && text === '' && value.length) onChange(value.slice(0, -1));
                }}
              />
            </Combobox.EventsTarget>
          </Pill.Group>
        </PillsInput>
      </Combobox.DropdownTarget>
      <Combobox.Dropdown>
        <Options object={object} text={text} query={query} canCreate={canCreate} />
      </Combobox.Dropdown>
    </Combobox>
  );
}
