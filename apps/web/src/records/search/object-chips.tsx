import { Chip, Group } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { ObjectDescription } from '../object-description';

interface ObjectChipsProps {
  objects: ObjectDescription[];
  /** Keys of the objects that are searched; none for all. */
  chosen: string[];
  onChange: (chosen: string[]) => void;
  /** Number of hits, by key. */
  counts?: Record<string, { value: number; capped: boolean }> | undefined;
  className?: string | undefined;
}

/** Chooses the objects to search. */
export function ObjectChips({ objects, chosen, onChange, counts, className }: ObjectChipsProps) {
  const { t } = useTranslation('records');
  return (
    <Group gap={6} role="group" aria-label={t('search.objects')} className={className}>
      {objects.map(({ key, pluralLabel }) => {
        const count = counts?.[key];
        return (
          <Chip
            key={key}
            size="xs"
            variant="light"
            checked={chosen.includes(key)}
            onChange={(isChosen) =>
              onChange(isChosen ? [...chosen, key] : chosen.filter((each) => each !== key))
            }
          >
            {count ? `${pluralLabel} ${count.value}${count.capped ? '+' : ''}` : pluralLabel}
          </Chip>
        );
      })}
    </Group>
  );
}
