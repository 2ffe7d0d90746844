import { Button, Group, SegmentedControl, Text } from '@mantine/core';
import { Initials } from '@pellucid/ui';
import type { TablerIcon } from '@tabler/icons-react';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ReferencePicker } from '@/records/fields/reference-picker';
import type { ObjectDescription, RecordReference } from '@/records/object-description';
import classes from './convert-dialog.module.css';

/** A record that may be the same, and why. */
export interface Suggestion {
  record: RecordReference;
  reason: string | undefined;
}

interface TargetProps {
  icon: TablerIcon;
  title: string;
  object: ObjectDescription;
  newName: string;
  /** Null creates a new one. */
  chosen: RecordReference | null;
  suggestions: Suggestion[];
  onChoose: (record: RecordReference | null) => void;
  note: ReactNode;
}

/** Chooses one of the records that a lead becomes: a new one or an existing one. */
export function Target({
  icon: Icon,
  title,
  object,
  newName,
  chosen,
  suggestions,
  onChoose,
  note,
}: TargetProps) {
  const { t } = useTranslation('lead-conversion');
  const [isPicking, setPicking] = useState(false);
  const isExisting = chosen !== null || isPicking;
  return (
    <section aria-label={title}>
      <Group justify="space-between" mb="xs" gap="xs">
        <Group gap="xs">
          <Icon size={17} aria-hidden className={classes['icon']} />
          <h3 className={classes['targetTitle']}>{title}</h3>
        </Group>
        <SegmentedControl
          size="xs"
          aria-label={title}
          value={isExisting ? 'existing' : 'new'}
          data={[
            { value: 'new', label: t('createNew') },
            { value: 'existing', label: t('useExisting') },
          ]}
          onChange={(mode) => {
            setPicking(mode === 'existing');
            onChoose(mode === 'existing' ? (suggestions[0]?.record ?? null) : null);
          }}
        />
      </Group>
      {isExisting ? (
        <>
          <ReferencePicker
            object={object}
            aria-label={title}
            canCreate={false}
            value={chosen}
            onChange={(record) => {
              setPicking(true);
              onChoose(record);
            }}
          />
          {suggestions.length ? (
            <Group gap={6} mt={8}>
              <Text size="xs" c="dimmed">
                {t('suggestions')}
              </Text>
              {suggestions.map(({ record, reason }) => (
                <Button
                  key={record.id}
                  size="compact-xs"
                  variant={record.id === chosen?.id ? 'light' : 'default'}
                  aria-pressed={record.id === chosen?.id}
                  onClick={() => onChoose(record)}
                >
                  {record.name}
                  {reason ? <span className={classes['reason']}>{reason}</span> : null}
                </Button>
              ))}
            </Group>
          ) : null}
        </>
      ) : (
        <div className={classes['new']}>
          <Initials name={newName || '?'} size={26} />
          <span className="pl-truncate">{newName}</span>
          <span className={classes['tag']}>{t('new')}</span>
        </div>
      )}
      <Text size="xs" c="dimmed" mt={6}>
        {chosen || !isExisting ? note : t('pickOne')}
      </Text>
    </section>
  );
}
