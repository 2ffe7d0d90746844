import { Chip, Group } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useObjects } from '@/records/api/describe-objects';
import { PersonFilter } from '@/records/fields/person-filter';
import { PEOPLE } from '@/records/object-description';
import type { TimelineFilter } from './api/timeline';
import classes from './timeline.module.css';

/** Chooses kinds of entries, as chips, and a person. */
export function TimelineFilters({
  kinds,
  filter,
  onChange,
}: {
  /** All that there are. */
  kinds: string[];
  filter: TimelineFilter;
  onChange: (filter: TimelineFilter) => void;
}) {
  const { t } = useTranslation('timeline');
  const objects = useObjects();
  const people = objects.find(({ key }) => key === PEOPLE);
  const labelOf = (kind: string) =>
    kind === 'changes' ? t('changes') : (objects.find(({ key }) => key === kind)?.pluralLabel ?? kind);
  const chosen = kinds.filter((kind) => filter.kinds?.includes(kind));
  return (
    <div className={classes['filters']}>
      {kinds.length > 1 ? (
        <Group gap={6} role="group" aria-label={t('kinds')}>
          <Chip size="xs" checked={!chosen.length} onChange={() => onChange({ ...filter, kinds: undefined })}>
            {t('everything')}
          </Chip>
          <Chip.Group multiple value={chosen} onChange={(next) => onChange({ ...filter, kinds: next })}>
            {kinds.map((kind) => (
              <Chip key={kind} size="xs" value={kind}>
                {labelOf(kind)}
              </Chip>
            ))}
          </Chip.Group>
        </Group>
      ) : null}
      {people ? (
        <div className={classes['person']}>
          <PersonFilter
            label={t('person')}
            placeholder={t('anyone')}
            member={people}
            id={filter.person}
            onChange={(person) => onChange({ ...filter, person })}
          />
        </div>
      ) : null}
    </div>
  );
}
