import { Button, Group, Skeleton } from '@mantine/core';
import type { Condition } from '@pellucid/conditions';
import { IconFilter } from '@tabler/icons-react';
import { lazy, Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import { Popover, PopoverCross } from '@/lib/layers/overlays';
import type { ObjectDescription } from '../object-description';
import classes from './filter-builder.module.css';
import { countLeaves } from './filter-model';

const FilterBuilder = lazy(() =>
  import('./filter-builder').then(({ FilterBuilder }) => ({ default: FilterBuilder })),
);

interface FilterPopoverProps {
  object: ObjectDescription;
  filter: Condition | undefined;
  isOpen: boolean;
  onToggle: (isOpen: boolean) => void;
  onChange: (filter: Condition | undefined) => void;
}

/** The button above a list that shows the number of filters and opens the builder. */
export function FilterPopover({ object, filter, isOpen, onToggle, onChange }: FilterPopoverProps) {
  const { t } = useTranslation('records');
  const count = countLeaves(filter);
  return (
    <Popover
      position="bottom-end"
      opened={isOpen}
      onChange={onToggle}
      isToggled
      trapFocus
      closeOnClickOutside={false}
      withinPortal
    >
      <Popover.Target>
        <Button variant={count ? 'light' : 'default'} size="xs" leftSection={<IconFilter size={15} />}>
          {count ? t('list.filterCount', { count }) : t('list.filter')}
        </Button>
      </Popover.Target>
      <Popover.Dropdown aria-label={t('list.filter')}>
        <Group justify="space-between" mb="xs">
          <strong className={classes['title']}>{t('filter.title', { objects: object.pluralLabel })}</strong>
          <PopoverCross />
        </Group>
        {/* As wide as the builder, because the popover keeps its place. */}
        <Suspense fallback={<Skeleton height={150} className={classes['builder']} />}>
          <FilterBuilder
            object={object}
            value={filter}
            onApply={(next) => {
              onChange(next);
              onToggle(false);
            }}
          />
        </Suspense>
      </Popover.Dropdown>
    </Popover>
  );
}
