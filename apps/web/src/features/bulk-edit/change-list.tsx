import { Button } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { ObjectDescription } from '@/records/object-description';
import { ChangeEditor } from './change-editor';
import { type Change, emptyChange, type lackOf } from './change-model';

/** Edits what to change: a field after the other. */
export function ChangeList({
  object,
  changes,
  lacks,
  onChange,
}: {
  object: ObjectDescription;
  changes: Change[];
  /** The missing parts to mark, by change. */
  lacks: ReturnType<typeof lackOf>[];
  onChange: (next: Change[]) => void;
}) {
  const { t } = useTranslation('bulk-edit');
  return (
    <>
      {changes.map((each, n) => (
        <ChangeEditor
          key={each.id}
          object={object}
          change={each}
          taken={changes.map(({ field }) => field)}
          lack={lacks[n]}
          onChange={(next) => onChange(changes.map((other) => (other.id === next.id ? next : other)))}
          onRemove={
            changes.length > 1 ? () => onChange(changes.filter(({ id }) => id !== each.id)) : undefined
          }
        />
      ))}
      <div>
        <Button
          size="xs"
          variant="subtle"
          leftSection={<IconPlus size={14} />}
          onClick={() => onChange([...changes, emptyChange(Math.max(...changes.map(({ id }) => id)) + 1)])}
        >
          {t('add')}
        </Button>
      </div>
    </>
  );
}
