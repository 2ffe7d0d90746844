import { Select } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { mayUse } from '@/lib/session/permissions';
import { useMe } from '@/lib/session/use-me';
import type { AccessSubject } from '@/records/access/access-questions';
import { keysQuery, peopleQuery } from './api/subjects';

import { ABOVE_DIALOG } from './reason-dialog';
import { useSelf } from './use-self';

interface SubjectPickerProps {
  value: AccessSubject;
  onChange: (subject: AccessSubject) => void;
}

/** Picks a person or an API key by name. */
export function SubjectPicker({ value, onChange }: SubjectPickerProps) {
  const { t } = useTranslation('access-reasons');
  const { permissions } = useMe();
  const [text, setText] = useState('');
  const self = useSelf();
  const labelOf = ({ id, name }: AccessSubject) =>
    id === self.id && self.kind === 'member' ? t('subject.self', { name }) : name;
  // After a choice, the text in the input is the chosen name and not a search.
  const wanted = text === labelOf(value) ? '' : text.trim();
  const [debounced] = useDebouncedValue(wanted, 180);
  const people = useQuery(peopleQuery(debounced));
  const keys = useQuery({ ...keysQuery, enabled: mayUse(permissions, 'manageIntegrations') });
  const matches = ({ name }: AccessSubject) => name.toLowerCase().includes(debounced.toLowerCase());
  const found = [
    ...[self].filter(matches),
    ...(people.data ?? []).filter(({ id }) => id !== self.id),
    ...(keys.data ?? []).filter(matches),
  ];
  const subjects = found.some(({ id }) => id === value.id) ? found : [value, ...found];
  const group = (kind: AccessSubject['kind']) => ({
    group: t(`subject.${kind}`),
    items: subjects
      .filter((subject) => subject.kind === kind)
      .map((subject) => ({ value: subject.id, label: labelOf(subject) })),
  });
  return (
    <Select
      size="xs"
      label={t('why.subject')}
      data={[group('role'), group('member'), group('apiKey')].filter(({ items }) => items.length > 0)}
      searchable
      searchValue={text}
      onSearchChange={setText}
      filter={({ options }) => options}
      nothingFoundMessage={t('subject.none')}
      allowDeselect={false}
      comboboxProps={ABOVE_DIALOG}
      value={value.id}
      onChange={(id) => {
        const chosen = subjects.find((subject) => subject.id === id);
        if (chosen) onChange(chosen);
      }}
    />
  );
}
